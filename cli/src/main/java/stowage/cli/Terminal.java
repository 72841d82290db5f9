package stowage.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The terminal the command runs on, driven through stty(1): a JVM has no termios of its own, and
 * this is needed by {@code -t} only.
 */
final class Terminal implements AutoCloseable {
  /** Rows and columns. */
  record Size(int rows, int columns) {}

  private final String saved;

  private Terminal(String saved) {
    this.saved = saved;
  }

  /** Whether standard output is a terminal. */
  static boolean isTerminal() {
    return leadsToTerminal("1");
  }

  /** Whether standard input is a terminal. */
  static boolean isInputTerminal() {
    return leadsToTerminal("0");
  }

  private static boolean leadsToTerminal(String fd) {
    try {
      var target = Files.readSymbolicLink(Path.of("/proc/self/fd", fd)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false; // closed
    }
  }

  /** Every key goes through as it is, until {@link #close}. */
  static Terminal raw() throws IOException, InterruptedException {
    var saved = stty("-g").orElseThrow(() -> new IOException("stty -g failed: is it a terminal?"));
    stty("raw", "-echo");
    return new Terminal(saved);
  }

  /** The window's size now, if it has one. */
  static Optional<Size> size() throws IOException, InterruptedException {
    return stty("size")
        .map(text -> text.split(" "))
        .filter(words -> words.length == 2)
        .map(words -> new Size(Integer.parseInt(words[0]), Integer.parseInt(words[1])))
        .filter(size -> size.rows() > 0);
  }

  private static Optional<String> stty(String... arguments)
      throws IOException, InterruptedException {
    var words = new ArrayList<String>();
    words.add("stty");
    words.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(words)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var text = new String(process.getInputStream().readAllBytes(), US_ASCII).strip();
    return process.waitFor() == 0 ? Optional.of(text) : Optional.empty();
  }

  /** Puts the terminal back as it was. */
  @Override
  public void close() throws IOException {
    try {
      stty(saved);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
