package stowage.cloud;

/** The request is sound and would have been done, had it not said that it is only a trial. */
public record DryRun() implements Rule {
  @Override
  public String message() {
    return "the request would have succeeded; nothing was done, as it asked";
  }
}
