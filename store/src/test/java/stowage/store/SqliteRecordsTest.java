package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.linux.Mounts;
import stowage.store.Records.Change.Delete;
import stowage.store.Records.Change.Put;

class SqliteRecordsTest extends RecordsContract {
  @TempDir Path root;

  @Override
  Records open() {
    return SqliteRecords.open(root);
  }

  @Test
  void recordsOutliveTheProcess() {
    records.commit(new Put("thing", "a", Map.of("n", 1)));
    records.close();
    records = open();
    assertThat(records.find("thing", "a")).isPresent();
  }

  @Test
  void aCleanEndLeavesTheDatabaseAndTheReserve() throws IOException {
    records.commit(new Put("thing", "a", Map.of("n", 1)));
    assertThat(records.list("thing")).hasSize(1);
    records.close();
    try (var files = Files.list(root)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("stowage.db", "reserve");
    }
  }

  @Test
  void anyToolReadsThem() throws SQLException {
    records.commit(new Put("thing", "a", Map.of("n", 1)));
    try (var other = connect();
        var result =
            other.createStatement().executeQuery("SELECT body->>'n' FROM records WHERE id='a'")) {
      assertThat(result.getInt(1)).isEqualTo(1);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + root.resolve("stowage.db"));
  }

  @Test
  void aNewerFormatIsRefused() throws SQLException {
    records.close();
    try (var other = connect()) {
      other.createStatement().execute("PRAGMA user_version=2");
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(StowageException.Unsupported.class)
        .hasMessage("stowage.db has format 2 of a newer Stowage; this one knows 1");
  }

  @Test
  void anotherProgramsDatabaseIsRefused() throws SQLException, IOException {
    records.close();
    Files.delete(root.resolve("stowage.db"));
    try (var other = connect()) {
      other.createStatement().execute("CREATE TABLE t(a)");
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(StowageException.Corrupt.class)
        .hasMessage("stowage.db is not a database of Stowage");
    Files.writeString(root.resolve("stowage.db"), "no database".repeat(1000));
    assertThatThrownBy(this::open).isInstanceOf(StowageException.Corrupt.class);
  }

  @Test
  void damageIsFoundAfterACrash() throws IOException {
    for (int i = 0; i < 1000; i++) {
      records.commit(new Put("thing", "a" + i, Map.of("text", "x".repeat(1000))));
    }
    records.close();
    try (var file = new RandomAccessFile(root.resolve("stowage.db").toFile(), "rw")) {
      for (int page = 3; page < file.length() / 4096; page++) {
        file.seek(page * 4096L);
        file.write(new byte[] {99, 99, 99, 99});
      }
    }
    Files.write(root.resolve("stowage.db-wal"), new byte[] {1}); // as a crash leaves it
    assertThatThrownBy(this::open)
        .isInstanceOf(StowageException.Corrupt.class)
        .hasMessageContaining("damaged");
  }

  /** An flock is lost when a root is copied or lies on NFS; the epoch is not. */
  @Test
  void whoeverWasTakenOverCommitsNoMore() {
    records.commit(new Put("thing", "a", Map.of("n", 1)));
    try (var second = open()) {
      second.commit(new Put("thing", "a", Map.of("n", 2)));
      assertThatThrownBy(() -> records.commit(new Put("thing", "a", Map.of("n", 3))))
          .isInstanceOf(StowageException.Failed.class)
          .hasMessageContaining("another agent has taken over the root");
      assertThat(second.find("thing", "a").orElseThrow().number("n")).hasValue(2L);
    }
  }

  @Test
  void aLogDoesNotGrowForEver() throws IOException {
    for (int i = 0; i < 200; i++) {
      records.commit(new Put("thing", "a", Map.of("text", "x".repeat(200_000), "n", i)));
    }
    assertThat(Files.size(root.resolve("stowage.db-wal"))).isLessThan(20 << 20);
  }

  @Test
  void onAFullDiskNothingIsAddedButThingsAreRemoved() throws IOException {
    records.close();
    Path small = Files.createDirectory(root.resolve("small"));
    String path = ByteStrings.ofPath(small);
    Mounts.mount("none", path, "tmpfs", 0, "size=32m");
    try (var full = SqliteRecords.open(small)) {
      var ids = new ArrayList<String>();
      assertThatThrownBy(
              () -> {
                for (int i = 0; ; i++) {
                  full.commit(new Put("thing", "a" + i, Map.of("text", "x".repeat(300_000))));
                  ids.add("a" + i);
                }
              })
          .isInstanceOf(StowageException.LimitExceeded.class)
          .hasMessage("cannot commit: no space left on device");
      assertThat(full.list("thing").keySet()).containsExactlyInAnyOrderElementsOf(ids);
      full.commit(new Put("thing", ids.getFirst(), Map.of("state", "removing")));
      for (String id : ids) {
        full.commit(new Delete("thing", id));
      }
      assertThat(full.list("thing")).isEmpty();
      for (String id : ids.subList(0, ids.size() / 2)) {
        full.commit(new Put("thing", id, Map.of("text", "x".repeat(300_000))));
      }
    } finally {
      records = open();
      Mounts.umount2(path, 0);
    }
  }
}
