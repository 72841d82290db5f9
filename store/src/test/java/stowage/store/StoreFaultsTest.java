package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;
import stowage.base.StowageException;

/**
 * A process that stores blobs and the records that name them is killed, or one of its calls fails:
 * what it acknowledged is there afterwards, and nothing half done.
 */
class StoreFaultsTest {
  private static final int KILL_ROUNDS = 4;

  /** How many processes a test may start; the calls struck are spread evenly over all there are. */
  private static final int PROCESSES_MAX = Integer.getInteger("faults", 48);

  @TempDir Path folder;

  /** The child: stores until it is done or dead, and says what it has acknowledged. */
  public static void main(String[] args) {
    Path root = Path.of(args[0]);
    int threads = Integer.parseInt(args[1]);
    int count = Integer.parseInt(args[2]);
    try (var lock = RootLock.take(root);
        var records = SqliteRecords.open(root)) {
      assert lock != null;
      var disk = new HostDisk(root);
      var blobs = new Blobs(disk, Publish.in(disk, "tmp"));
      var all = new ArrayList<Thread>();
      for (int t = 0; t < threads; t++) {
        String name = args[3] + "." + t;
        all.add(Thread.ofPlatform().start(() -> work(records, blobs, name, count)));
      }
      for (Thread thread : all) {
        thread.join();
      }
    } catch (StowageException e) {
      Child.say("failed " + e.getMessage());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    Child.say("end");
  }

  private static void work(Records records, Blobs blobs, String name, int count) {
    for (int i = 0; i < count; i++) {
      byte[] bytes = DiskContract.random(5000 + (name + i).hashCode() % 1000);
      try {
        Digest digest = blobs.put(bytes);
        records.commit(
            new Records.Change.Put("blob", digest.hex(), Map.of("size", bytes.length)),
            new Records.Change.Put("twin", digest.hex(), Map.of("text", "x".repeat(3000))));
        Child.say("ack " + digest.hex());
      } catch (StowageException.Failed | StowageException.LimitExceeded e) {
        Child.say("failed " + e.getMessage());
      }
    }
  }

  /** Starts the store as the agent would and looks at everything in it. */
  private static void check(Path root, Set<String> acknowledged, String what) throws IOException {
    try (var lock = RootLock.take(root);
        var records = SqliteRecords.open(root)) {
      assertThat(lock).isNotNull();
      var disk = new HostDisk(root);
      var blobs = new Blobs(disk, Publish.in(disk, "tmp"));
      var named = records.list("blob").keySet();
      assertThat(records.list("twin").keySet()).as(what).isEqualTo(named);
      assertThat(named).as(what).containsAll(acknowledged);
      for (Digest digest : blobs.list()) {
        if (!named.contains(digest.hex())) {
          blobs.remove(digest);
        }
      }
      for (String hex : named) {
        assertThat(blobs.find(new Digest(hex))).as(what).isPresent();
      }
    }
    try (var files = Files.list(root)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as(what)
          .containsExactlyInAnyOrder("blobs", "lock", "reserve", "stowage.db", "tmp");
    }
  }

  @Test
  void aKillAtAnyMomentLosesNothingAcknowledged() throws IOException, InterruptedException {
    long seed = Long.getLong("seed", 42);
    var random = new Random(seed);
    Path root = Files.createDirectory(folder.resolve("root"));
    var acknowledged = new HashSet<String>();
    for (int round = 0; round < KILL_ROUNDS; round++) {
      var child = new Child(StoreFaultsTest.class, root.toString(), "8", "10000", "" + round);
      child.start();
      var said = new ConcurrentLinkedQueue<String>();
      try {
        for (int left = random.nextInt(400); left > 0; left--) {
          said.add(child.line());
        }
      } finally {
        child.kill();
      }
      for (String line = child.line(); line != null; line = child.line()) {
        said.add(line);
      }
      said.forEach(line -> acknowledged.add(line.substring("ack ".length()).strip()));
      check(root, acknowledged, "seed " + seed + ", round " + round);
    }
    assertThat(acknowledged).isNotEmpty();
  }

  @Test
  void anyCallMayBeTheLastOrFail() throws IOException, InterruptedException {
    assumeTrue(FailShim.isPossible(), "no C compiler to make failshim.so with");
    var shim = FailShim.in(folder);
    Path log = folder.resolve("log");
    Path first = Files.createDirectory(folder.resolve("root"));
    run(first, shim.logging(log, first + "/"));
    int calls = FailShim.calls(log).size();
    assertThat(calls).as("%s", FailShim.calls(log)).isGreaterThan(40);
    var acts = List.of("kill", "eio", "enospc", "emfile");
    double stride = Math.max(1.0, (double) calls * acts.size() / PROCESSES_MAX);
    for (double at = 0; at < calls * acts.size(); at += stride) {
      String act = acts.get((int) at % acts.size());
      int call = (int) at / acts.size() + 1;
      Path root = Files.createDirectory(folder.resolve("root-" + act + call));
      String what = act + " at call " + FailShim.calls(log).get(call - 1);
      check(root, run(root, shim.striking(call, act, root + "/")), what);
    }
  }

  @Test
  void afterAnIoErrorTheRecordsAreReadOnlyAndSaySo() throws IOException, InterruptedException {
    assumeTrue(FailShim.isPossible(), "no C compiler to make failshim.so with");
    var shim = FailShim.in(folder);
    Path log = folder.resolve("log");
    Path first = Files.createDirectory(folder.resolve("root"));
    run(first, shim.logging(log, first + "/stowage.db-wal"));
    var syncs = FailShim.calls(log).stream().filter(call -> call.contains("sync")).toList();
    // The last are those of the third commit and of the end: this is an earlier commit's.
    String struck = syncs.get(syncs.size() - 4);
    int call = Integer.parseInt(struck.substring(0, struck.indexOf(' ')));
    Path root = Files.createDirectory(folder.resolve("root-eio"));
    var said = new ArrayList<String>();
    var acknowledged = run(root, shim.striking(call, "eio", root + "/stowage.db-wal"), said);
    assertThat(acknowledged).hasSizeLessThan(3);
    assertThat(said)
        .anyMatch(line -> line.startsWith("failed cannot commit: the records are read-only until"));
    check(root, acknowledged, "eio at call " + struck + " of " + syncs);
  }

  private static Set<String> run(Path root, Map<String, String> environment)
      throws IOException, InterruptedException {
    return run(root, environment, new ArrayList<>());
  }

  private static Set<String> run(Path root, Map<String, String> environment, List<String> said)
      throws IOException, InterruptedException {
    var child = new Child(StoreFaultsTest.class, root.toString(), "1", "3", "x");
    child.with(environment).start();
    var acknowledged = new HashSet<String>();
    for (String line = child.line(); line != null; line = child.line()) {
      said.add(line);
      if (line.startsWith("ack ")) {
        acknowledged.add(line.substring("ack ".length()));
      }
    }
    int status = child.end();
    assertThat(status).as("%s", said).isIn(0, 128 + 9);
    if (environment.get("FS_AT") == null) {
      assertThat(acknowledged).as("%s", said).hasSize(3);
    }
    return acknowledged;
  }
}
