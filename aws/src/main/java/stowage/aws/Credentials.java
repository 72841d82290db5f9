package stowage.aws;

/** A key pair clients sign their requests with. */
public record Credentials(String accessKeyId, String secretAccessKey) {
  /** Without the secret, which belongs in no log. */
  @Override
  public String toString() {
    return "Credentials[" + accessKeyId + "]";
  }
}
