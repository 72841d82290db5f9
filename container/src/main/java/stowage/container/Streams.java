package stowage.container;

/**
 * How a container's standard streams are set up.
 *
 * @param tty one pseudo terminal for all three instead of pipes
 * @param openStdin whether standard input is there at all; without it the process reads end of file
 * @param stdinOnce whether the first attached client's end of input closes standard input
 * @param attachStdin what the creating client means to attach to; shown, never acted on
 * @param attachStdout as {@code attachStdin}
 * @param attachStderr as {@code attachStdin}
 * @param rows the terminal's first height; 0: not known
 * @param columns the terminal's first width; 0: not known
 */
public record Streams(
    boolean tty,
    boolean openStdin,
    boolean stdinOnce,
    boolean attachStdin,
    boolean attachStdout,
    boolean attachStderr,
    int rows,
    int columns) {
  /** Pipes for output, no input. */
  public static final Streams OUTPUT = new Streams(false, false, false, false, true, true, 0, 0);
}
