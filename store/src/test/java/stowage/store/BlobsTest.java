package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stowage.base.Digest;
import stowage.base.StowageException;

class BlobsTest {
  private static final byte[] BYTES = DiskContract.random(1300);
  private static final Digest DIGEST = Digest.of(BYTES);
  private static final String NAME = "blobs/sha256/" + DIGEST.hex();

  private final SimDisk disk = new SimMachine().disk();
  private final Blobs blobs = open(disk);

  private static Blobs open(Disk disk) {
    return new Blobs(disk, Publish.in(disk, "tmp"));
  }

  @Test
  void whatIsPutIsFoundByItsDigest() {
    assertThat(blobs.find(DIGEST)).isEmpty();
    assertThat(blobs.put(BYTES)).isEqualTo(DIGEST);
    blobs.put(DIGEST, BYTES);
    byte[] nothing = {};
    Digest empty = blobs.put(nothing);
    assertThat(blobs.find(DIGEST)).hasValue(BYTES);
    assertThat(blobs.find(empty)).hasValue(nothing);
    assertThat(blobs.list()).containsExactlyInAnyOrder(DIGEST, empty);
    assertThat(blobs.remove(DIGEST)).isTrue();
    assertThat(blobs.remove(DIGEST)).isFalse();
    assertThat(blobs.find(DIGEST)).isEmpty();
  }

  @Test
  void bytesOfAnotherDigestAreRefused() throws IOException {
    var other = Digest.of(new byte[1]);
    assertThatThrownBy(() -> blobs.put(other, BYTES))
        .isInstanceOf(StowageException.Corrupt.class)
        .hasMessage("a blob said to be %s is %s".formatted(other, DIGEST));
    assertThat(blobs.list()).isEmpty();
    assertThat(disk.list("tmp")).isEmpty();
  }

  @Test
  void bytesThatAreTooManyAreRefused() {
    assertThatThrownBy(() -> blobs.put(new byte[Blobs.SIZE_MAX + 1]))
        .isInstanceOf(StowageException.LimitExceeded.class);
  }

  @Test
  void aDamagedBlobIsNeverGivenOutAndIsHealedByPuttingItAgain() throws IOException {
    for (byte[] damage : List.of(new byte[0], new byte[1300], new byte[5000])) {
      blobs.put(BYTES);
      disk.remove(NAME);
      DiskContract.write(disk, NAME, damage);
      assertThatThrownBy(() -> blobs.find(DIGEST))
          .isInstanceOf(StowageException.Corrupt.class)
          .hasMessage("blob %s is damaged".formatted(DIGEST));
      blobs.put(DIGEST, BYTES);
      assertThat(blobs.find(DIGEST)).hasValue(BYTES);
      assertThat(disk.list("tmp")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whateverFailsABlobIsWholeOrAbsent(FaultyDisk.Fault fault) throws IOException {
    int steps = 0;
    for (boolean hasFailed = true; hasFailed; steps++) {
      var after = new SimMachine().disk();
      var faulty = FaultyDisk.failing(after, steps + 1, fault);
      boolean isDone = false;
      try {
        open(faulty).put(BYTES);
        isDone = true;
      } catch (StowageException.LimitExceeded | StowageException.Failed e) {
        assertThat(e).hasMessageStartingWith("cannot ");
      }
      hasFailed = faulty.hasFailed();
      assertThat(isDone).isEqualTo(!hasFailed);
      var found = open(after).find(DIGEST);
      assertThat(found.isPresent()).as("step %d", steps).isEqualTo(isDone);
      assertThat(after.list("tmp")).isEmpty();
    }
    assertThat(steps).isGreaterThan(10);
  }

  /**
   * A million crashes: random work with blobs and the records that name them, as image/ does it. At
   * any moment of it the power may fail, and again while the start cleans up.
   */
  @Test
  void aMillionCrashesLoseNothingAndLeakNothing() {
    long seed = Long.parseLong(System.getProperty("seed", "").isEmpty() ? "42"
        : System.getProperty("seed"));
    long states = 0;
    for (int round = 0; states < 1_000_000; round++) {
      long own = seed + round;
      states +=
          CrashStates.seeded(own)
              .perStep(400)
              .breakingRecovery(round % 8 == 0 ? 1 : 0)
              .walk(machine -> work(machine, own), BlobsTest::recover, BlobsTest::check);
    }
    assertThat(states).isGreaterThanOrEqualTo(1_000_000);
  }

  private static void work(SimMachine machine, long seed) {
    var random = new Random(seed);
    var blobs = open(machine.disk());
    for (int step = 0; step < 6; step++) {
      var bytes = new byte[random.nextInt(3) * 600 + 1];
      bytes[0] = (byte) random.nextInt(3);
      var digest = Digest.of(bytes);
      if (random.nextInt(3) > 0) {
        blobs.put(bytes);
        machine.records().commit(new Records.Change.Put("blob", digest.hex(), Map.of()));
        machine.acknowledge(Map.entry(digest.hex(), true));
      } else if (machine.records().find("blob", digest.hex()).isPresent()) {
        machine.acknowledge(Map.entry(digest.hex(), false)); // from here on both are right
        machine.records().commit(new Records.Change.Delete("blob", digest.hex()));
        blobs.remove(digest);
      }
    }
  }

  private static void recover(SimMachine machine) {
    var blobs = open(machine.disk());
    var named = machine.records().list("blob").keySet();
    for (Digest digest : blobs.list()) {
      if (!named.contains(digest.hex())) {
        blobs.remove(digest);
      }
    }
  }

  private static void check(SimMachine machine) throws IOException {
    var acknowledged = new HashMap<String, Boolean>();
    for (Object each : machine.acknowledged()) {
      var entry = (Map.Entry<?, ?>) each;
      acknowledged.put((String) entry.getKey(), (Boolean) entry.getValue());
    }
    var named = machine.records().list("blob").keySet();
    acknowledged.forEach(
        (hex, isThere) -> {
          if (isThere && !named.contains(hex)) {
            throw new AssertionError("acknowledged and lost: " + hex);
          }
        });
    var disk = machine.disk();
    if (!new TreeSet<>(disk.list("blobs/sha256")).equals(new TreeSet<>(named))) {
      throw new AssertionError("leaked or lost: " + disk.list("blobs/sha256"));
    }
    for (String hex : named) {
      if (!Digest.of(DiskContract.read(disk, "blobs/sha256/" + hex)).hex().equals(hex)) {
        throw new AssertionError("damaged: " + hex);
      }
    }
  }
}
