package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.e2e.Acknowledged.Moment;
import stowage.store.SqliteRecords;

/**
 * "No peer survives a power cut right after it says loaded; Stowage does": the disk under an agent
 * at work is copied at random moments, and each copy is what a power cut would have left.
 *
 * <p>{@code -Dcrash.images=10000 -Dseed=N} for more of them, or the same.
 */
class CrashImagesTest {
  private static final int IMAGES = Integer.getInteger("crash.images", 300);
  private static final long SEED = Long.getLong("seed", System.nanoTime());
  private static final String[] KINDS = {"ext4", "xfs", "btrfs"};
  private static final int PAUSE_MILLIS_MAX = 120;

  private final StringBuilder report = new StringBuilder();
  private int lost;
  private int damaged;
  private int leaked;

  /** SQLite's library stays mapped from where it was first loaded: not from a picture. */
  @BeforeAll
  static void loadSqlite(@TempDir Path folder) {
    SqliteRecords.open(folder).close();
  }

  @Test
  void whateverWasAcknowledgedSurvivesAPowerCutAndNothingIsLeaked() throws Exception {
    for (int i = 0; i < KINDS.length; i++) {
      int from = IMAGES * i / KINDS.length;
      on(KINDS[i], IMAGES * (i + 1) / KINDS.length - from, Map.of());
    }
    System.out.printf(
        "%d crash images: %d lost, %d damaged, %d leaked (seed %d)%n",
        IMAGES, lost, damaged, leaked, SEED);
    assertThat(report.toString()).as("-Dseed=%d", SEED).isEmpty();
  }

  /** Otherwise the test above would prove nothing. */
  @Test
  void anAgentWhoseSyncsDoNothingIsFoundOut(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("nosync.c"),
        "int fsync(int f){return 0;} int fdatasync(int f){return 0;} int syncfs(int f){return 0;}");
    Shell.sh("cd " + folder + " && cc -shared -fPIC nosync.c -o nosync.so").ok();
    on("ext4", 5, Map.of("LD_PRELOAD", folder.resolve("nosync.so").toString()));
    assertThat(lost + damaged).isPositive();
  }

  private void on(String kind, int images, Map<String, String> environment) throws Exception {
    var random = new Random(SEED ^ kind.hashCode());
    try (var disk = CrashDisk.make(kind)) {
      var folder = Files.createTempDirectory(Path.of("/tmp"), "stowage-e2e-");
      var root = disk.mounted().resolve("root");
      try (var agent = TestAgent.start(folder, root, environment)) {
        var known = new Acknowledged();
        var work = new CrashWork(agent, known, SEED);
        work.prepare();
        work.begin();
        try {
          for (int n = 0; n < images; n++) {
            pause(random);
            var moment = known.moment(disk::picture);
            work.running.lock();
            try {
              check(disk, moment, kind + " " + n);
            } finally {
              work.running.unlock();
            }
            work.check();
          }
        } finally {
          work.end();
        }
      }
    }
  }

  private static void pause(Random random) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(random.nextInt(PAUSE_MILLIS_MAX));
    LockSupport.parkNanos(nanos); // the moment is what is random here
  }

  private void check(CrashDisk disk, Moment moment, String name) throws IOException {
    var run = Files.createTempDirectory(Path.of("/tmp"), "stowage-crash-run-");
    try (var after = disk.after(moment.picture())) {
      var found = CrashCheck.of(after.mounted().resolve("root"), run, moment);
      lost += found.lost().isEmpty() ? 0 : 1;
      damaged += found.damaged().isEmpty() ? 0 : 1;
      leaked += found.leaked().isEmpty() ? 0 : 1;
      if (!found.isSound()) {
        report.append(name).append(": ").append(found).append('\n');
      }
    } finally {
      Shell.sh("umount " + run + "/mounts; rm -rf --one-file-system " + run);
    }
  }
}
