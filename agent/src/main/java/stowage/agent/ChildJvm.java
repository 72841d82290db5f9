package stowage.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stowage.base.StowageException.Failed;

/**
 * Another program of these jars, as a process in a session of its own that goes on when this one
 * ends: same java, same class path, and the same ahead-of-time cache if this one has it.
 */
final class ChildJvm {
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xms16m",
          "-Xmx256m",
          "-Xss512k",
          "-ea",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=30",
          "-XX:-ShrinkHeapInSteps",
          "-Xlog:aot=off",
          "-Xlog:cds=off",
          "--enable-native-access=ALL-UNNAMED");

  /** Beside the agent's jar; made by the launcher. */
  private static final String CACHE = "agent.aot";

  private ChildJvm() {}

  /** The words that start {@code mainClass}. */
  static List<String> command(String mainClass, List<String> arguments) {
    String classPath = System.getProperty("java.class.path");
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(FLAGS);
    var cache = Path.of(classPath.split(":")[0]).toAbsolutePath().resolveSibling(CACHE);
    if (classPath.split(":")[0].endsWith(".jar") && Files.exists(cache)) {
      words.add("-XX:AOTCache=" + cache); // one that does not fit is not used
    }
    words.addAll(List.of("-cp", classPath, mainClass));
    words.addAll(arguments);
    return words;
  }

  /**
   * Starts it.
   *
   * @param log what it prints is appended to
   */
  static Process start(String mainClass, List<String> arguments, Path log) {
    var words = new ArrayList<>(List.of("setsid"));
    words.addAll(command(mainClass, arguments));
    var builder =
        new ProcessBuilder(words)
            .directory(Path.of("/").toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectErrorStream(true);
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new Failed("cannot start %s: %s".formatted(mainClass, e.getMessage()), e);
    }
  }
}
