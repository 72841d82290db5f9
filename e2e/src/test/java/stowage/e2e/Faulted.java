package stowage.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What an agent is asked while one of its calls fails, on a root that has images, containers and a
 * volume already.
 *
 * @param run asks for it
 * @param isDone whether it has been done, whole: a wrong half is a failed assertion
 */
record Faulted(
    String name, Function<TestAgent, Shell.Result> run, Predicate<TestAgent> isDone) {

  /** Makes what the operations need, through an agent that nothing happens to. */
  static void prepare(TestAgent agent) {
    agent.importBusybox("bb:1");
    var script = "mkdir -p /seed/sub; echo first > /seed/a; echo second > /seed/sub/b";
    agent.docker("run", "--name", "c1", "bb:1", "sh", "-c", script).ok();
    agent.docker("commit", "c1", "base:1").ok();
    var extra = List.of(Archives.layer(new Random(1), 4, 50_000));
    agent.docker(Archives.image("extra:1", extra).archive(), "load").ok();
    agent.docker("volume", "create", "v0").ok();
    agent.docker("create", "--name", "c0", "-v", "v0:/seed", "base:1", "sleep", "100000").ok();
    agent.docker("volume", "create", "v1").ok();
  }

  static List<Faulted> all(StaticRegistry registry, Path folder) throws IOException {
    var layers =
        List.of(Archives.layer(new Random(2), 4, 50_000), Archives.layer(new Random(3), 4, 9));
    var image = Archives.image("made:1", layers);
    var pulled = registry.serve("made", image);
    var file = Files.writeString(folder.resolve("in"), "copied in".repeat(9000));
    return List.of(
        new Faulted(
            "load", a -> a.docker(image.archive(), "load", "-q"), a -> hasImage(a, "made:1")),
        new Faulted("pull", a -> a.docker("pull", "-q", pulled), a -> hasImage(a, pulled)),
        new Faulted("commit", a -> a.docker("commit", "c1", "made:2"), a -> hasImage(a, "made:2")),
        new Faulted("rmi", a -> a.docker("rmi", "extra:1"), a -> !hasImage(a, "extra:1")),
        new Faulted(
            "create",
            a -> a.docker("create", "--name", "made", "-v", "made:/seed", "base:1", "true"),
            Faulted::isCreated),
        new Faulted("start", a -> a.docker("start", "c0"), a -> state(a, "c0").equals("running")),
        new Faulted("rm", a -> a.docker("rm", "-v", "c1"), a -> state(a, "c1").isEmpty()),
        new Faulted(
            "volume-create",
            a -> a.docker("volume", "create", "made"),
            a -> a.docker("volume", "inspect", "made").exit() == 0),
        new Faulted(
            "volume-rm",
            a -> a.docker("volume", "rm", "v1"),
            a -> a.docker("volume", "inspect", "v1").exit() != 0),
        new Faulted(
            "cp",
            a -> a.docker("cp", "-q", file.toString(), "c1:/copied"),
            a -> holds(a, "c1:/copied", file)));
  }

  private static boolean hasImage(TestAgent agent, String name) {
    return agent.docker("image", "inspect", name).exit() == 0;
  }

  private static String state(TestAgent agent, String container) {
    var found = agent.docker("inspect", "-f", "{{.State.Status}}", container);
    return found.exit() == 0 ? found.line() : "";
  }

  /** With its volume, which is initialised by then. */
  private static boolean isCreated(TestAgent agent) {
    if (state(agent, "made").isEmpty()) {
      return false;
    }
    var files = agent.root.resolve("volumes/made/_data");
    try {
      return Files.readString(files.resolve("a")).equals("first\n")
          && Files.readString(files.resolve("sub/b")).equals("second\n");
    } catch (IOException e) {
      throw new AssertionError("the volume of a created container", e);
    }
  }

  private static boolean holds(TestAgent agent, String there, Path file) {
    var out = agent.folder.resolve("out");
    try {
      Files.deleteIfExists(out);
      return agent.docker("cp", "-q", there, out.toString()).exit() == 0
          && Files.mismatch(out, file) < 0;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
