package stowage.aws;

/** Being built. */
public final class AwsApi {
  private AwsApi() {}
}
