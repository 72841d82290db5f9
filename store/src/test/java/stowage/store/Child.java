package stowage.store;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A JVM of its own that runs a test class's main, to be killed. */
final class Child {
  private final ProcessBuilder builder;
  private Process process;
  private BufferedReader output;

  Child(Class<?> main, String... args) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-ea",
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(args));
    builder = new ProcessBuilder(command).redirectErrorStream(true);
  }

  /** Sets environment variables of the child. */
  Child with(Map<String, String> environment) {
    builder.environment().putAll(environment);
    return this;
  }

  Child start() throws IOException {
    process = builder.start();
    output = process.inputReader();
    return this;
  }

  long pid() {
    return process.pid();
  }

  /** The next line the child says; null at its end. */
  String line() throws IOException {
    return output.readLine();
  }

  /** Kills it with -9 and waits until it is gone; what it said before can still be read. */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly(); // Process's own closes the stream
    process.waitFor();
  }

  /** Waits for its end; the exit status. */
  int end() throws InterruptedException {
    return process.waitFor();
  }

  /** For the child: says a line at once. */
  static void say(String line) {
    var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    out.println(line);
  }
}
