package stowage.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A start of the agent in this process, for what its recovery makes of a data root. */
public final class Recovered {
  private Recovered() {}

  /** Recovers the root as a start does, serves for a moment, and ends. */
  public static void once(Path root, Path run) {
    var words = List.of("--root", root.toString(), "--run", run.toString());
    new Agent(Settings.read(words, Map.of())).close();
  }
}
