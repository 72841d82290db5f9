package stowage.container;

import java.time.Instant;

/**
 * Where a container is in its life.
 *
 * <pre>
 *   Created --start--> Running --exit--> Exited --start--> Running
 *                      |    ^              |
 *                    pause  unpause      policy
 *                      v    |              v
 *                      Paused          Restarting --after a while--> Running
 *   any --remove--> Removing
 * </pre>
 */
public sealed interface State {
  /** The word for people and filters: created, running, paused, restarting, exited, removing. */
  String word();

  /** Whether processes of it are there (paused counts, restarting does not). */
  default boolean isAlive() {
    return this instanceof Running || this instanceof Paused;
  }

  /**
   * Not started yet, or the start failed.
   *
   * @param exitCode 0, or what the failed start stands for: 126, 127, 128
   * @param error why the start failed; empty: it was not tried
   */
  record Created(int exitCode, String error) implements State {
    /** Never started. */
    public static final Created FRESH = new Created(0, "");

    @Override
    public String word() {
      return "created";
    }
  }

  /**
   * Its first process runs.
   *
   * @param pid the first process, on the host
   * @param pidStart when the kernel started it (field 22 of /proc/PID/stat): tells it from a later
   *     process of the same number
   */
  record Running(int pid, long pidStart, Instant startedAt) implements State {
    @Override
    public String word() {
      return "running";
    }
  }

  /** All its processes are frozen. */
  record Paused(Running running) implements State {
    @Override
    public String word() {
      return "paused";
    }
  }

  /** It exited, and its policy will start it again. */
  record Restarting(Exited last) implements State {
    @Override
    public String word() {
      return "restarting";
    }
  }

  /**
   * It has run and ended.
   *
   * @param exitCode 0 to 255; 128 and a signal's number if one killed it
   * @param oomKilled whether the kernel killed it for its memory limit
   * @param error why it could not be started again; empty: it could
   */
  record Exited(
      int exitCode, boolean oomKilled, String error, Instant startedAt, Instant finishedAt)
      implements State {
    /** The same end, and a start since then that failed. */
    Exited failedToStart(int code, String why) {
      return new Exited(code, false, why, startedAt, finishedAt);
    }

    @Override
    public String word() {
      return "exited";
    }
  }

  /** It is being removed; all that is left is to wait. */
  record Removing(State before) implements State {
    @Override
    public String word() {
      return "removing";
    }
  }
}
