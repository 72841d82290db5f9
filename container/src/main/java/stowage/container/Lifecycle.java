package stowage.container;

/**
 * How a container starts again, stops, and goes.
 *
 * @param autoRemove whether it is removed, with its anonymous volumes, once it has exited
 * @param stopSignal name or number; empty: the image's, or SIGTERM
 * @param stopTimeoutSeconds how long after it SIGKILL follows; -1: not given (10 seconds)
 * @param init whether a small init runs as process 1 and reaps zombies
 * @param logDriver empty and {@code json-file}: a file; {@code none}: nothing is kept
 */
public record Lifecycle(
    RestartPolicy restart,
    boolean autoRemove,
    String stopSignal,
    int stopTimeoutSeconds,
    boolean init,
    String logDriver) {
  /** Not restarted, not removed, stopped by SIGTERM and 10 seconds later by SIGKILL. */
  public static final Lifecycle DEFAULT = new Lifecycle(RestartPolicy.NO, false, "", -1, false, "");

  /** The default, removed once it has exited. */
  public static final Lifecycle AUTO_REMOVE =
      new Lifecycle(RestartPolicy.NO, true, "", -1, false, "");

  /** The same with another restart policy. */
  Lifecycle with(RestartPolicy policy) {
    return new Lifecycle(policy, autoRemove, stopSignal, stopTimeoutSeconds, init, logDriver);
  }
}
