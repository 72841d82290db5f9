package stowage.container;

/** What to wait for. */
public enum WaitFor {
  /** That it does not run; answered at once when it does not. */
  NOT_RUNNING,
  /** The next time it exits, also if it does not run yet. */
  NEXT_EXIT,
  /** That it is gone. */
  REMOVED
}
