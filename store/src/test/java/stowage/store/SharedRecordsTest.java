package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;
import stowage.store.Records.Change.Put;

/** A database that several processes use at once. */
class SharedRecordsTest extends RecordsContract {
  private static final int EACH = 300;

  @TempDir Path folder;

  @Override
  Records open() {
    return SqliteRecords.openShared(folder.resolve("region.db"));
  }

  @Test
  void nobodyTakesItOver() {
    records.commit(new Put("thing", "a", Map.of("n", 1)));
    try (var second = open()) {
      second.commit(new Put("thing", "a", Map.of("n", 2)));
      records.commit(new Put("thing", "b", Map.of("n", 3)));
      assertThat(second.list("thing")).hasSize(2);
      assertThat(records.find("thing", "a").orElseThrow().number("n")).hasValue(2L);
    }
    assertThat(records.list("thing")).hasSize(2);
  }

  @Test
  void anotherProgramsFileIsRefusedByItsName() throws IOException {
    Files.writeString(folder.resolve("other.db"), "no database".repeat(1000));
    assertThatThrownBy(() -> SqliteRecords.openShared(folder.resolve("other.db")))
        .isInstanceOf(StowageException.Corrupt.class)
        .hasMessageContaining("other.db");
  }

  /** Three processes open a new database at the same moment and count in one record. */
  @Test
  void processesThatHammerOneRecordLoseNoUpdate() throws IOException, InterruptedException {
    records.close();
    var children = new ArrayList<Child>();
    try {
      for (int i = 0; i < 3; i++) {
        children.add(new Child(Hammer.class, folder.resolve("new.db").toString(), "" + i).start());
      }
      for (Child child : children) {
        assertThat(child.line()).isEqualTo("done");
        assertThat(child.end()).isZero();
      }
    } finally {
      for (Child child : children) {
        child.kill();
      }
    }
    try (var all = SqliteRecords.openShared(folder.resolve("new.db"))) {
      assertThat(all.find("count", "all").orElseThrow().number("n")).hasValue(3L * EACH);
      for (int i = 0; i < 3; i++) {
        assertThat(all.find("count", "" + i).orElseThrow().number("n")).hasValue((long) EACH);
      }
    }
  }

  /** Counts up, from four threads. */
  static final class Hammer {
    public static void main(String[] args) throws InterruptedException {
      try (var records = SqliteRecords.openShared(Path.of(args[0]))) {
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 4; t++) {
          threads.add(
              Thread.startVirtualThread(
                  () -> {
                    for (int i = 0; i < EACH / 4; i++) {
                      count(records, args[1]);
                    }
                  }));
        }
        for (Thread thread : threads) {
          thread.join();
        }
      }
      Child.say("done");
    }

    private static void count(Records records, String own) {
      records.transact(
          in -> {
            for (String id : new String[] {"all", own}) {
              long n = in.find("count", id).map(found -> found.number("n", 0)).orElse(0L);
              in.put("count", id, Map.of("n", n + 1));
            }
            return 0;
          });
    }
  }

  /** One dies in the middle of it; the others go on, and the next to open finds all whole. */
  @Test
  void aProcessThatIsKilledHoldsUpNobody() throws IOException, InterruptedException {
    records.commit(new Put("thing", "a", Map.of("n", 1)));
    var child = new Child(Endless.class, folder.resolve("region.db").toString()).start();
    try {
      assertThat(child.line()).isEqualTo("counting");
      records.commit(new Put("thing", "b", Map.of("n", 2)));
    } finally {
      child.kill();
    }
    records.commit(new Put("thing", "c", Map.of("n", 3)));
    try (var second = open()) {
      assertThat(second.list("thing").keySet()).containsExactly("a", "b", "c");
    }
  }

  /** Counts until it is killed. */
  static final class Endless {
    public static void main(String[] args) {
      var records = SqliteRecords.openShared(Path.of(args[0]));
      Hammer.count(records, "own");
      Child.say("counting");
      while (true) {
        Hammer.count(records, "own");
      }
    }
  }
}
