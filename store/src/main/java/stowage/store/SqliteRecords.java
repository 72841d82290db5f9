package stowage.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

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
    Path file = root.resolve(SqliteSchema.FILE);
    try {
      boolean unclean = SqliteSchema.isUnclean(file);
      SqliteLibrary.load(root);
      Connection connection = SqliteSchema.connect(file);
      try {
        long epoch = SqliteSchema.open(connection, unclean);
        new HostDisk(root).syncDirectory(""); // SQLite syncs the name of its log, not its own
        var reserve = new Reserve(root);
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
      return readers.read(
          reader -> {
            reader.find().setString(1, kind);
            reader.find().setString(2, id);
            try (var result = reader.find().executeQuery()) {
              return result.next()
                  ? Optional.of(body(kind, id, result.getString(1)))
                  : Optional.empty();
            }
          });
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
                all.put(id, body(kind, id, result.getString(2)));
              }
            }
            return all;
          });
    } catch (SQLException e) {
      throw SqliteFailure.of("read every " + kind, e);
    }
  }

  private static JsonObject body(String kind, String id, String json) {
    String what = kind + " " + id;
    try {
      return Json.object(json.getBytes(UTF_8), what);
    } catch (StowageException.InvalidArgument e) {
      throw new StowageException.Corrupt("the record of " + what + " is damaged", e);
    }
  }

  @Override
  public void commit(Change... changes) {
    var steps = new ArrayList<SqliteWriter.Step>();
    for (Change change : changes) {
      steps.add(
          switch (change) {
            case Change.Put put -> new SqliteWriter.Step(put, text(put));
            case Change.Delete delete -> new SqliteWriter.Step(delete, "");
          });
    }
    writer.commit(steps);
  }

  private static String text(Change.Put put) {
    byte[] json = Json.bytes(put.body());
    if (json.length > BODY_MAX) {
      throw tooBig(put, json.length);
    }
    return new String(json, UTF_8);
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
