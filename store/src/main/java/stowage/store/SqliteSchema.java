package stowage.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import stowage.base.StowageException;

/** The database's form, version 1: docs/formats/records.md. */
final class SqliteSchema {
  static final String FILE = "stowage.db";
  static final int VERSION = 1;

  private static final int BUSY_MILLIS = 30_000;

  /** "Stow", the application id in the file's header. */
  private static final int APPLICATION = 0x53746f77;

  private SqliteSchema() {}

  /** A connection that commits durably. */
  static Connection connect(Path file) throws SQLException {
    var connection = connection(file);
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      // FULL: the log is synced at each commit. NORMAL loses acknowledged commits at a power cut.
      statement.execute("PRAGMA synchronous=FULL");
      // SqliteWriter does the checkpoints itself: an automatic one hides its errors.
      statement.execute("PRAGMA wal_autocheckpoint=0");
      statement.execute("PRAGMA journal_size_limit=" + SqliteWriter.LOG_BYTES_MAX);
    }
    return connection;
  }

  /** A connection that only reads. */
  static Connection connectReader(Path file) throws SQLException {
    var connection = connection(file);
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only=ON");
    }
    return connection;
  }

  private static Connection connection(Path file) throws SQLException {
    var config = new SQLiteConfig();
    // An operator looks at the file with the sqlite3 tool; other agents write to a shared one.
    config.setBusyTimeout(BUSY_MILLIS);
    return config.createConnection("jdbc:sqlite:" + file);
  }

  /**
   * Makes the tables of a new database, checks an old one, and takes it over.
   *
   * @param unclean whether the last agent did not close it
   * @return this owner's epoch: one more than any before
   */
  static long open(Connection connection, String name, boolean unclean) throws SQLException {
    join(connection, name, unclean);
    try (var statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("UPDATE owner SET epoch = epoch + 1");
      statement.execute("COMMIT");
      return number(statement, "SELECT epoch FROM owner");
    }
  }

  /** The same without taking it over: others may have it open. */
  static void join(Connection connection, String name, boolean unclean) throws SQLException {
    try (var statement = connection.createStatement()) {
      long application = number(statement, "PRAGMA application_id");
      long version = number(statement, "PRAGMA user_version");
      if (application == 0 && number(statement, "SELECT count(*) FROM sqlite_schema") == 0) {
        create(statement);
      } else if (application != APPLICATION) {
        throw new StowageException.Corrupt(name + " is not a database of Stowage", null);
      } else if (version > VERSION) {
        throw new StowageException.Unsupported(
            "%s has format %d of a newer Stowage; this one knows %d"
                .formatted(name, version, VERSION));
      }
      if (unclean) {
        check(statement, name);
      }
    }
  }

  private static void create(Statement statement) throws SQLException {
    statement.execute("BEGIN IMMEDIATE");
    statement.execute(
        """
        CREATE TABLE records(
          kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(kind, id)) STRICT
        """);
    statement.execute("CREATE TABLE owner(epoch INTEGER NOT NULL) STRICT");
    statement.execute("INSERT INTO owner VALUES(0)");
    statement.execute("PRAGMA application_id=" + APPLICATION);
    statement.execute("PRAGMA user_version=" + VERSION);
    statement.execute("COMMIT");
  }

  private static void check(Statement statement, String name) throws SQLException {
    try (ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
      if (!result.next() || !"ok".equals(result.getString(1))) {
        throw new StowageException.Corrupt(
            "%s is damaged: %s".formatted(name, result.getString(1)), null);
      }
    }
  }

  static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  /** Whether a log is there: the last agent did not close the database. */
  static boolean isUnclean(Path file) throws IOException {
    Path log = file.resolveSibling(file.getFileName() + "-wal");
    return Files.exists(log) && Files.size(log) > 0;
  }
}
