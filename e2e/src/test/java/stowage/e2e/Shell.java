package stowage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Runs a program and keeps what it printed. */
final class Shell {
  /** A program's end. */
  record Result(String command, int exit, String out, String err) {
    /** The result, which must have exit status 0. */
    Result ok() {
      if (exit != 0) {
        throw new AssertionError(this + " failed");
      }
      return this;
    }

    /** Standard output without the last line break. */
    String line() {
      return out.strip();
    }

    @Override
    public String toString() {
      return "$ %s\n[exit %d]\n%s%s".formatted(command, exit, out, err);
    }
  }

  private Shell() {}

  static Result run(String... words) {
    return run(List.of(words), new byte[0], Map.of());
  }

  /** Runs a line of sh(1). */
  static Result sh(String line) {
    return run("sh", "-c", line);
  }

  static Result run(List<String> words, byte[] stdin, Map<String, String> environment) {
    try {
      var builder = new ProcessBuilder(words).directory(Path.of("/").toFile());
      builder.environment().putAll(environment);
      var process = builder.start();
      var out = read(process.getInputStream());
      var err = read(process.getErrorStream());
      try (var in = process.getOutputStream()) {
        in.write(stdin);
      } catch (IOException closedEarly) {
        assert !process.isAlive() || closedEarly.getMessage() != null;
      }
      int exit = process.waitFor();
      return new Result(String.join(" ", words), exit, out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static CompletableFuture<String> read(InputStream in) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (in) {
            var bytes = new ByteArrayOutputStream();
            in.transferTo(bytes);
            return bytes.toString(UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }
}
