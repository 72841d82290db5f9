package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.agent.Recovered;
import stowage.base.Progress;
import stowage.base.Time;
import stowage.layer.LayerStore;
import stowage.store.FailShim;
import stowage.store.HostDisk;
import stowage.store.Publish;
import stowage.store.SqliteRecords;

/**
 * "kill -9, EIO, ENOSPC, EMFILE at every durable call of each operation: all or nothing, no answer
 * after an EIO, and after the restart the data root holds exactly what the database names; no
 * mount, process or file left."
 *
 * <p>{@code -Dfaults=all} strikes each call; {@code -Dfaults=N} that many of each operation and
 * kind of fault, the default is 1; {@code -Dfaults.only=load} one operation.
 */
class FaultsTest {
  private static final String SPREAD = System.getProperty("faults", "1");
  private static final String ONLY = System.getProperty("faults.only", "");
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final List<String> ACTS = List.of("kill", "eio", "enospc", "emfile");

  @TempDir Path made;
  private FailShim shim;
  private StaticRegistry registry;
  private final List<String> wrong = new ArrayList<>();
  private int trials;

  @BeforeEach
  void prepare() throws Exception {
    shim = FailShim.in(made);
    registry = new StaticRegistry();
    try (var agent = TestAgent.start()) {
      Faulted.prepare(agent);
      agent.terminate();
      Shell.run("cp", "-a", agent.root.toString(), made.resolve("root").toString()).ok();
    }
  }

  @AfterEach
  void end() {
    registry.close();
  }

  @Test
  void everyOperationIsDoneOrNotWhicheverCallFails() throws Exception {
    var random = new Random(SEED);
    for (var operation : Faulted.all(registry, made)) {
      if (ONLY.isEmpty() || ONLY.equals(operation.name())) {
        int[] calls = count(operation);
        for (var act : ACTS) {
          for (int at : pick(random, calls)) {
            trial(operation, act, at);
          }
        }
      }
    }
    System.out.printf("%d faults: %d wrong (seed %d)%n", trials, wrong.size(), SEED);
    assertThat(wrong).as("-Dseed=%d", SEED).isEmpty();
  }

  /** The first call of the operation, and the one behind its last. */
  private int[] count(Faulted operation) throws Exception {
    var log = made.resolve("calls-" + operation.name());
    try (var agent = agent(match -> shim.logging(log, match))) {
      int from = FailShim.calls(log).size() + 1;
      operation.run().apply(agent).ok();
      int to = FailShim.calls(log).size() + 1;
      assertThat(to).as(operation.name()).isGreaterThan(from);
      return new int[] {from, to};
    }
  }

  private static TreeSet<Integer> pick(Random random, int[] calls) {
    var picked = new TreeSet<Integer>();
    int there = calls[1] - calls[0];
    int count = SPREAD.equals("all") ? there : Math.min(there, Integer.parseInt(SPREAD));
    while (picked.size() < count) {
      picked.add(calls[0] + random.nextInt(there));
    }
    return picked;
  }

  private interface Shimmed {
    Map<String, String> environment(String match);
  }

  private TestAgent agent(Shimmed shimmed) throws IOException {
    var folder = Files.createTempDirectory(Path.of("/tmp"), "stowage-e2e-");
    var root = folder.resolve("root");
    Shell.run("cp", "-a", made.resolve("root").toString(), root.toString()).ok();
    return TestAgent.start(folder, root, shimmed.environment(folder.toString()));
  }

  private void trial(Faulted operation, String act, int at) throws Exception {
    trials++;
    int before = wrong.size();
    var name = operation.name() + " " + act + "@" + at;
    var log = made.resolve("log-" + trials);
    try (var agent = agent(match -> both(shim.striking(at, act, match), log, match))) {
      var answer = operation.run().apply(agent);
      var struck = struck(log, at);
      if (act.equals("eio") && answer.exit() == 0 && isSync(struck)) {
        wrong.add(name + ": answered ok after " + struck);
      }
      if (!act.equals("kill") && !agent.alive()) {
        wrong.add(name + ": the agent has ended, after " + struck);
      }
      agent.kill();
      agent.restart(Map.of());
      boolean isDone = operation.isDone().test(agent);
      if (answer.exit() == 0 && !isDone) {
        wrong.add(name + ": answered ok and is not done; " + struck);
      }
      if (!isDone && operation.run().apply(agent) instanceof Shell.Result again
          && (again.exit() != 0 || !operation.isDone().test(agent))) {
        wrong.add(name + ": cannot be done again after " + struck + ": " + again);
      }
      agent.docker("rm", "-f", "c0");
      agent.terminate();
      amiss(agent).forEach(a -> wrong.add(name + ": " + a + ", after " + struck));
    } catch (AssertionError e) {
      wrong.add(name + ": " + e.getMessage());
    }
    wrong.subList(before, wrong.size()).forEach(System.out::println); // a long run tells early
  }

  private static Map<String, String> both(Map<String, String> striking, Path log, String match) {
    var all = new HashMap<>(striking);
    all.put("FS_LOG", log.toString());
    return all;
  }

  private static String struck(Path log, int at) throws IOException {
    return FailShim.calls(log).stream()
        .filter(line -> line.startsWith(at + " "))
        .findFirst()
        .orElse("nothing");
  }

  /** Whether what failed is the sync of something an answer depends on. */
  private static boolean isSync(String call) {
    // The database itself is synced behind the answer, when its log is written back.
    return call.matches("\\d+ (fsync|fdatasync|syncfs) .*") && !call.endsWith("stowage.db");
  }

  private static List<String> amiss(TestAgent agent) throws IOException {
    Recovered.once(agent.root, agent.folder.resolve("run3")); // also sweeps what c0 left
    try (var records = SqliteRecords.open(agent.root)) {
      var amiss = new ArrayList<>(RootFiles.wrong(agent.root, records));
      amiss.addAll(RootFiles.layersAmiss(records));
      var disk = new HostDisk(agent.root);
      var run = agent.folder.resolve("check");
      try (var layers =
          new LayerStore(
              agent.root, run, disk, Publish.in(disk, "tmp"), records, Time.SYSTEM)) {
        var report = layers.check(List.of(), Optional.empty(), Progress.NONE);
        report.damaged().forEach(damage -> amiss.add(damage.toString()));
      } finally {
        Shell.run("umount", run + "/mounts");
      }
      return amiss;
    }
  }
}
