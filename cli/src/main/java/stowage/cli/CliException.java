package stowage.cli;

/** A command cannot be carried out; the message is for the person, the status for the shell. */
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;

  CliException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The words given are wrong; Docker's CLI answers 125 to those of run, and so do we. */
  static CliException usage(Command command, String message) {
    return new CliException(125, message + "\nSee 'stowage " + command.name() + " --help'.");
  }

  int status() {
    return status;
  }
}
