package stowage.store;

import java.sql.SQLException;
import org.sqlite.SQLiteException;
import stowage.base.StowageException;

/** What SQLite's result codes mean to whoever asked for records. */
final class SqliteFailure {
  // https://www.sqlite.org/rescode.html, the primary codes
  private static final int BUSY = 5;
  private static final int IOERR = 10;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int NOTADB = 26;

  private SqliteFailure() {}

  /** How a request fails. */
  static StowageException of(String doing, SQLException e) {
    return switch (code(e)) {
      case FULL ->
          new StowageException.LimitExceeded("cannot " + doing + ": no space left on device", e);
      case CORRUPT, NOTADB ->
          new StowageException.Corrupt(
              "cannot " + doing + ": the database is damaged: " + e.getMessage(), e);
      case BUSY ->
          new StowageException.Unavailable(
              "cannot " + doing + ": others keep the database busy", e);
      default -> new StowageException.Failed("cannot " + doing + ": " + e.getMessage(), e);
    };
  }

  static boolean isFull(SQLException e) {
    return code(e) == FULL;
  }

  /** Whether nobody can know any more what the disk holds. */
  static boolean isFatal(SQLException e) {
    int code = code(e);
    return code == IOERR || code == CORRUPT || code == NOTADB;
  }

  private static int code(SQLException e) {
    return e instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : -1;
  }
}
