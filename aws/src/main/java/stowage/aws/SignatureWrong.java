package stowage.aws;

/** A request whose signature does not let it in. Each API has its own word for each kind. */
final class SignatureWrong extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  enum Kind {
    /** There is none. */
    MISSING,
    /** It is not in the form of Signature Version 4, or signs too little. */
    INCOMPLETE,
    /** No credentials have that access key. */
    UNKNOWN_KEY,
    /** It is not the signature of this request. */
    MISMATCH,
    /** It was made too long ago, or in the future. */
    EXPIRED
  }

  private final Kind kind;

  SignatureWrong(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
