package stowage.container;

import java.util.List;
import java.util.Optional;

/**
 * A further process in a running container, as it was when asked for.
 *
 * @param id 64 hex digits
 * @param running whether it was started and has not ended
 * @param exitCode there once it has ended
 * @param pid on the host; 0 when it does not run
 */
public record Exec(
    String id,
    String containerId,
    Request request,
    boolean running,
    Optional<Integer> exitCode,
    int pid) {
  /**
   * What is to run.
   *
   * @param env added to the container's
   * @param user empty: the container's
   * @param workingDir empty: the container's
   * @param rows the terminal's first height; 0: not known
   * @param detachKeys shown only
   */
  public record Request(
      List<String> command,
      List<String> env,
      String user,
      String workingDir,
      boolean privileged,
      boolean tty,
      boolean attachStdin,
      boolean attachStdout,
      boolean attachStderr,
      int rows,
      int columns,
      String detachKeys) {
    public Request {
      command = List.copyOf(command);
      env = List.copyOf(env);
    }

    /** Output attached, everything else the container's. */
    public static Request of(String... command) {
      return new Request(
          List.of(command), List.of(), "", "", false, false, false, true, true, 0, 0, "");
    }
  }
}
