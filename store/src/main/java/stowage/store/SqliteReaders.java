package stowage.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import stowage.base.StowageException;

/** The connections that read: a few, each for one thread at a time, made when first needed. */
final class SqliteReaders implements AutoCloseable {
  private static final int COUNT_MAX = 4;

  private final Path file;
  private final Semaphore free = new Semaphore(COUNT_MAX, true);
  private final Deque<Reader> idle = new ArrayDeque<>(); // guarded by this
  private boolean isClosed; // guarded by this

  SqliteReaders(Path file) {
    this.file = file;
  }

  /** What is done with a reader. */
  interface Use<T> {
    T with(Reader reader) throws SQLException;
  }

  /** A connection and its questions. */
  record Reader(Connection connection, PreparedStatement list, SqliteQuestions questions) {}

  <T> T read(Use<T> use) throws SQLException {
    free.acquireUninterruptibly();
    try {
      Reader reader = take();
      boolean isWell = false;
      try {
        T answer = use.with(reader);
        isWell = true;
        return answer;
      } finally {
        if (isWell) {
          give(reader);
        } else {
          reader.connection.close();
        }
      }
    } finally {
      free.release();
    }
  }

  private Reader take() throws SQLException {
    synchronized (this) {
      if (isClosed) {
        throw new StowageException.Unavailable("the records are closed", null);
      }
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    var connection = SqliteSchema.connectReader(file);
    return new Reader(
        connection,
        connection.prepareStatement("SELECT id, body FROM records WHERE kind=? ORDER BY id"),
        new SqliteQuestions(connection));
  }

  private synchronized void give(Reader reader) {
    idle.push(reader);
  }

  /** Waits for those that read now, then closes; reading after it fails. */
  @Override
  public void close() throws SQLException {
    free.acquireUninterruptibly(COUNT_MAX);
    try {
      synchronized (this) {
        isClosed = true;
        for (Reader reader : idle) {
          reader.connection.close();
        }
        idle.clear();
      }
    } finally {
      free.release(COUNT_MAX);
    }
  }
}
