package stowage.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import stowage.base.ByteStrings;
import stowage.base.JsonObject;
import stowage.base.PlatformThread;
import stowage.base.StowageException;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;

/**
 * The {@link Records} in an SQLite database, {@code <root>/stowage.db}: docs/formats/records.md.
 *
 * <p>One thread writes; commits that come while it syncs share the next sync. Readers have
 * connections of their own and see the last commit.
 */
public final class SqliteRecords implements Records {
  private final Connection connection;
  private final SqliteWriter writer;
  private final SqliteReaders readers;

  private SqliteRecords(Connection connection, SqliteWriter writer, SqliteReaders readers) {
    this.connection = connection;
    this.writer = writer;
    this.readers = readers;
  }

  /**
   * Opens the database of a root, or makes it; the caller holds the {@link RootLock}. After a crash
   * it is checked first.
   *
   * @throws StowageException.Corrupt if it is damaged or not ours
   * @throws StowageException.Unsupported if a newer Stowage wrote it
   */
  public static SqliteRecords open(Path root) {
    return open(root.resolve(SqliteSchema.FILE), false);
  }

  /**
   * Opens a database that several processes of this machine use at once, or makes it. After a crash
   * it is checked first. Only {@link #transact} keeps them from undoing each other's changes.
   *
   * @param file its name, in a folder that is there; {@code NAME.lock} beside it is held meanwhile
   * @throws StowageException.Corrupt if it is damaged or not ours
   * @throws StowageException.Unsupported if a newer Stowage wrote it
   */
  public static SqliteRecords openShared(Path file) {
    String lock = ByteStrings.ofPath(file.resolveSibling(file.getFileName() + ".lock"));
    return PlatformThread.call(
        "records-open",
        () -> {
          try (Fd fd = Open.open(lock, Open.O_RDWR | Open.O_CREAT, 0600)) {
            Io.lock(fd); // one at a time makes, checks and joins
            return open(file, true);
          } catch (ErrnoException e) {
            throw Disk.failure("lock " + file, HostDisk.meaning(e, lock));
          }
        });
  }

  private static SqliteRecords open(Path file, boolean shared) {
    Path folder = file.getParent();
    String name = file.getFileName().toString();
    try {
      boolean unclean = SqliteSchema.isUnclean(file);
      SqliteLibrary.load(folder);
      Connection connection = SqliteSchema.connect(file);
      try {
        var epoch = OptionalLong.empty();
        if (shared) {
          SqliteSchema.join(connection, name, unclean);
        } else {
          epoch = OptionalLong.of(SqliteSchema.open(connection, name, unclean));
        }
        new HostDisk(folder).syncDirectory(""); // SQLite syncs the name of its log, not its own
        var reserve = new Reserve(folder);
        reserve.restore();
        var writer = new SqliteWriter(connection, epoch, reserve);
        var records = new SqliteRecords(connection, writer, new SqliteReaders(file));
        connection = null;
        return records;
      } finally {
        if (connection != null) {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw SqliteFailure.of("open " + file, e);
    } catch (IOException e) {
      throw Disk.failure("open " + file, e);
    }
  }

  @Override
  public Optional<JsonObject> find(String kind, String id) {
    try {
      return readers.read(reader -> reader.questions().find(kind, id));
    } catch (SQLException e) {
      throw SqliteFailure.of("read %s %s".formatted(kind, id), e);
    }
  }

  @Override
  public Map<String, JsonObject> list(String kind) {
    try {
      return readers.read(
          reader -> {
            var all = new LinkedHashMap<String, JsonObject>();
            reader.list().setString(1, kind);
            try (var result = reader.list().executeQuery()) {
              while (result.next()) {
                String id = result.getString(1);
                all.put(id, SqliteQuestions.body(kind, id, result.getString(2)));
              }
            }
            return all;
          });
    } catch (SQLException e) {
      throw SqliteFailure.of("read every " + kind, e);
    }
  }

  @Override
  public SortedMap<String, JsonObject> page(String kind, String prefix, String after, int limit) {
    try {
      return readers.read(reader -> reader.questions().page(kind, prefix, after, limit));
    } catch (SQLException e) {
      throw SqliteFailure.of("read %s after %s".formatted(kind, after), e);
    }
  }

  @Override
  public void commit(Change... changes) {
    var steps = new ArrayList<SqliteWriter.Step>();
    for (Change change : changes) {
      steps.add(SqliteWriter.Step.of(change));
    }
    writer.commit(steps);
  }

  @Override
  public <T> T transact(Decision<T> decision) {
    return writer.transact(decision);
  }

  static StowageException tooBig(Change.Put put, int size) {
    return new StowageException.LimitExceeded(
        "the record of %s %s has %d bytes, more than %d"
            .formatted(put.kind(), put.id(), size, BODY_MAX),
        null);
  }

  @Override
  public void close() {
    try {
      writer.close();
      readers.close();
      connection.close(); // the last connection folds the log into the database and removes it
    } catch (SQLException e) {
      throw SqliteFailure.of("close the records", e);
    }
  }
}
