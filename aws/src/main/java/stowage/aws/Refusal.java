package stowage.aws;

/**
 * An answer of refusal in AWS's words. Thrown by what reads requests, and made from a failure of
 * the region by {@link Ec2Errors} and {@link EbsErrors}; each API writes it in its own form.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String reason;

  /** Of a client's error, 400. */
  Refusal(String code, String message) {
    this(400, code, "", message);
  }

  Refusal(int status, String code, String message) {
    this(status, code, "", message);
  }

  /** With the {@code Reason} the EBS direct API has beside the code. */
  Refusal(int status, String code, String reason, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.reason = reason;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String reason() {
    return reason;
  }

  static Refusal value(String message) {
    return new Refusal("InvalidParameterValue", message);
  }

  static Refusal combination(String message) {
    return new Refusal("InvalidParameterCombination", message);
  }

  static Refusal missing(String name) {
    return new Refusal(
        "MissingParameter", "The request must contain the parameter %s".formatted(name));
  }

  static Refusal unsupported(String message) {
    return new Refusal("UnsupportedOperation", message);
  }

  static Refusal malformed(String message) {
    return new Refusal("MalformedQueryString", message);
  }
}
