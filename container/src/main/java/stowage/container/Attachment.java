package stowage.container;

import java.io.OutputStream;
import java.util.Optional;

/**
 * A client's hold on the streams of a container or an exec, from the moment it was made: output of
 * before is in the log.
 *
 * <p>One thread reads, another may write, a third may close. Every attachment gets all the output.
 */
public interface Attachment extends AutoCloseable {
  /** Whether there is a terminal: then all output is STDOUT, and clients expect it raw. */
  boolean tty();

  /**
   * The next output, waiting for it; empty at the end: the process has ended and all of its output
   * was read, the start failed, or this was closed.
   */
  Optional<Frame> read();

  /**
   * Standard input; writing waits while the process is not started or does not read, closing it is
   * the end of input. What is written to a process that takes none is thrown away.
   */
  OutputStream stdin();

  /** Lets go; the process goes on. A {@link #read} under way answers empty. */
  @Override
  void close();

  /** A piece of output, as it came: not a line. */
  record Frame(Stream stream, byte[] bytes) {}

  /** Which stream; the ordinals plus one are the numbers Docker's framing uses. */
  enum Stream {
    STDOUT,
    STDERR
  }

  /**
   * What a client attaches to.
   *
   * @param logs whether what is in the log comes first
   * @param stream whether it goes on with what is written from now on
   */
  record Options(boolean stdin, boolean stdout, boolean stderr, boolean logs, boolean stream) {
    /** Output only, from now on. */
    public static final Options OUTPUT = new Options(false, true, true, false, true);

    /** All three, from now on. */
    public static final Options ALL = new Options(true, true, true, false, true);
  }
}
