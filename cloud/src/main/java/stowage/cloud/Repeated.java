package stowage.cloud;

/** A client token that was used before, for something else. */
public sealed interface Repeated extends Rule {
  String token();

  String resourceId();

  /** The token came before with other parameters, and made {@code resourceId}. */
  record OtherParameters(String token, String resourceId) implements Repeated {
    @Override
    public String message() {
      return "client token %s was used with other parameters, for %s".formatted(token, resourceId);
    }
  }

  /** What the token made is deleted by now. */
  record Deleted(String token, String resourceId) implements Repeated {
    @Override
    public String message() {
      return "client token %s made %s, which is deleted; use a new token"
          .formatted(token, resourceId);
    }
  }
}
