package stowage.cloud;

/** A describe that cannot be answered. */
public sealed interface InvalidQuery extends Invalid {
  /** No such filter; {@code known} lists those there are. */
  record UnknownFilter(String name, String known) implements InvalidQuery {
    @Override
    public String message() {
      return "no filter '%s'; there are %s".formatted(name, known);
    }
  }

  /** A filter without a value. */
  record EmptyFilter(String name) implements InvalidQuery {
    @Override
    public String message() {
      return "the filter %s has no value".formatted(name);
    }
  }

  /** A paging token that is not ours, or of another question. */
  record PageToken(String token) implements InvalidQuery {
    @Override
    public String message() {
      return "the page token '%s' is not one of this question".formatted(token);
    }
  }

  /** Too few or too many results asked for. */
  record Results(long value, int min, int max) implements InvalidQuery {
    @Override
    public String message() {
      return "maxResults: got %d, want %d to %d".formatted(value, min, max);
    }
  }

  /** Ids and a page size at once; {@code parameter} as in volumesSet. */
  record IdsWithResults(String parameter) implements InvalidQuery {
    @Override
    public String message() {
      return "%s cannot be used together with maxResults".formatted(parameter);
    }
  }
}
