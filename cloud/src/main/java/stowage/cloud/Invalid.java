package stowage.cloud;

/** The caller's own words are wrong, whatever the state of things. */
public sealed interface Invalid extends Rule
    permits Invalid.Id,
        Invalid.Value,
        Invalid.Missing,
        Invalid.Together,
        Invalid.Needs,
        InvalidConfig,
        InvalidPlace,
        InvalidQuery,
        InvalidBlock {

  /**
   * An id that cannot be one.
   *
   * @param parameter as in volumeId
   * @param prefix what such an id starts with, as in {@code vol-}
   * @param prefixed whether it starts so, and only the rest is wrong
   */
  record Id(String parameter, String value, String prefix, boolean prefixed) implements Invalid {
    @Override
    public String message() {
      return "%s: got '%s', want %s and 17 hex digits".formatted(parameter, value, prefix);
    }
  }

  /** Any other parameter with a value it cannot have. */
  record Value(String parameter, String value, String wanted) implements Invalid {
    @Override
    public String message() {
      return "%s: got '%s', want %s".formatted(parameter, value, wanted);
    }
  }

  /** A parameter is not there that must be; {@code parameter} as in size/snapshot. */
  record Missing(String parameter) implements Invalid {
    @Override
    public String message() {
      return "the parameter %s is missing".formatted(parameter);
    }
  }

  /** Two parameters exclude each other. */
  record Together(String first, String second) implements Invalid {
    @Override
    public String message() {
      return "%s and %s cannot be used together".formatted(first, second);
    }
  }

  /** A parameter makes no sense without another. */
  record Needs(String parameter, String other) implements Invalid {
    @Override
    public String message() {
      return "%s needs %s".formatted(parameter, other);
    }
  }
}
