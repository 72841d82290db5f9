package stowage.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import stowage.base.StowageException.Failed;

/** A short helper program run to its end, with what it printed. */
record Command(int exitCode, String out, String err) {
  /** How much of a stream is kept. */
  private static final int OUTPUT_MAX = 1 << 20;

  /** The PATH helpers are found in: the agent's own may be anything. */
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** Runs it without input; Failed if it cannot be run at all. */
  static Command run(List<String> words) {
    return run(words, new byte[0]);
  }

  /** Runs it with these bytes as its input. */
  static Command run(List<String> words, byte[] input) {
    var builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.environment().put("PATH", PATH);
    builder.environment().put("LC_ALL", "C");
    try {
      Process process = builder.start();
      var err =
          CompletableFuture.supplyAsync(
              () -> text(process.getErrorStream()), Thread::startVirtualThread);
      try (var stdin = process.getOutputStream()) {
        stdin.write(input);
      } catch (IOException e) {
        // It ended without reading all: its exit code says what that means.
      }
      String out = text(process.getInputStream());
      return new Command(process.waitFor(), out, err.join());
    } catch (IOException e) {
      throw new Failed("cannot run %s: %s".formatted(words.getFirst(), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failed("interrupted while %s ran".formatted(words.getFirst()), e);
    }
  }

  private static String text(InputStream in) {
    try (in) {
      String text = new String(in.readNBytes(OUTPUT_MAX), StandardCharsets.UTF_8);
      in.skip(Long.MAX_VALUE);
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
