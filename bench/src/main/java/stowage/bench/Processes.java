package stowage.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Runs programs and looks at their memory. */
final class Processes {
  private static final File NOWHERE = new File("/dev/null");

  private Processes() {}

  /** Runs to the end; a failure ends the benchmark with what was printed. */
  static void run(List<String> words) throws IOException, InterruptedException {
    var log = Files.createTempFile("stowage-bench", ".log");
    try {
      int exit = start(words, log).waitFor();
      if (exit != 0) {
        throw new IOException(
            "exit %d: %s\n%s".formatted(exit, String.join(" ", words), Files.readString(log)));
      }
    } finally {
      Files.delete(log);
    }
  }

  static void run(String... words) throws IOException, InterruptedException {
    run(Arrays.asList(words));
  }

  /** Starts in the background, printing to {@code log}. */
  static Process start(List<String> words, Path log) throws IOException {
    return new ProcessBuilder(words)
        .redirectInput(NOWHERE)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .redirectErrorStream(true)
        .start();
  }

  /** Whether it ends with status 0; what it prints is lost. */
  static boolean succeeds(List<String> words) throws IOException, InterruptedException {
    return new ProcessBuilder(words)
            .redirectOutput(NOWHERE)
            .redirectError(NOWHERE)
            .start()
            .waitFor()
        == 0;
  }

  /** Resident memory in bytes of a process and all below it. */
  static long memory(ProcessHandle process) throws IOException {
    long bytes = resident(process.pid());
    for (var child : process.descendants().toList()) {
      bytes += resident(child.pid());
    }
    return bytes;
  }

  private static long resident(long pid) throws IOException {
    var status = Path.of("/proc/" + pid + "/status");
    if (Files.exists(status)) {
      for (var line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    }
    return 0;
  }
}
