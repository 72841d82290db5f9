package stowage.container;

/**
 * Whether a container is started again after it exited.
 *
 * @param retriesMax for ON_FAILURE: how often at most; 0: without end
 */
public record RestartPolicy(Kind kind, int retriesMax) {
  /** Never. */
  public static final RestartPolicy NO = new RestartPolicy(Kind.NO, 0);

  /** When it is started again. */
  public enum Kind {
    NO("no"),
    /** When it exited with another code than 0. */
    ON_FAILURE("on-failure"),
    /** Whenever it exited, and when the agent starts. */
    ALWAYS("always"),
    /** As ALWAYS, but one that was stopped by hand stays stopped when the agent starts. */
    UNLESS_STOPPED("unless-stopped");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As people write it. */
    public String word() {
      return word;
    }
  }
}
