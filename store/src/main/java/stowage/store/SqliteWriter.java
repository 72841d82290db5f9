package stowage.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import stowage.base.Json;
import stowage.base.StowageException;

/**
 * The one thread that writes: it takes whatever commits have queued up, writes them in one
 * transaction with one sync, and then answers each of them.
 */
final class SqliteWriter {
  /** The log is folded into the database when about this much was written to it. */
  static final int LOG_BYTES_MAX = 4 << 20;

  private static final int QUEUE_MAX = 1024;
  private static final int BATCH_MAX = 256;
  private static final int BATCH_BYTES_MAX = 8 << 20;

  /** What a step costs in the log beside its body: about one page. */
  private static final int STEP_BYTES = 4096;

  private static final System.Logger LOG = System.getLogger("stowage.store");

  private final Connection connection;
  private final Statement plain;
  private final PreparedStatement put;
  private final PreparedStatement delete;
  private final PreparedStatement has;
  private final SqliteQuestions questions;
  private final OptionalLong epoch;
  private final Reserve reserve;
  private final Thread thread;
  private final Deque<Pending> queue = new ArrayDeque<>(); // guarded by queue
  private boolean closing; // guarded by queue
  private long logBytes; // the thread's own
  private volatile Optional<SQLException> broken = Optional.empty();

  /** One step with its body as text. */
  record Step(Records.Change change, String body) {
    static Step of(Records.Change change) {
      return switch (change) {
        case Records.Change.Put put -> new Step(put, text(put));
        case Records.Change.Delete delete -> new Step(delete, "");
      };
    }

    private static String text(Records.Change.Put put) {
      byte[] json = Json.bytes(put.body());
      if (json.length > Records.BODY_MAX) {
        throw SqliteRecords.tooBig(put, json.length);
      }
      return new String(json, UTF_8);
    }
  }

  /** Something to be done within a transaction of the writer; done again if that fails. */
  private interface Job {
    void run() throws SQLException;

    /** What it changed when it last ran, or will change. */
    List<Step> steps();
  }

  private record Pending(Job job, CompletableFuture<Optional<SQLException>> outcome) {
    long bytes() {
      long bytes = STEP_BYTES;
      for (Step step : job.steps()) {
        bytes += STEP_BYTES + step.body.length();
      }
      return bytes;
    }
  }

  /** Changes that are known beforehand. */
  private final class Changes implements Job {
    private final List<Step> steps;

    Changes(List<Step> steps) {
      this.steps = steps;
    }

    @Override
    public void run() throws SQLException {
      for (Step step : steps) {
        apply(step);
      }
    }

    @Override
    public List<Step> steps() {
      return steps;
    }
  }

  /** Changes that are decided within the transaction; a savepoint takes back what then throws. */
  private final class Deciding<T> implements Job {
    private final Records.Decision<T> decision;
    private FutureTask<T> task; // the writer's, until the outcome is known
    private List<Step> steps = List.of();

    Deciding(Records.Decision<T> decision) {
      this.decision = decision;
    }

    @Override
    public void run() throws SQLException {
      var transaction = new SqliteTransaction(SqliteWriter.this);
      task = new FutureTask<>(() -> decision.in(transaction));
      plain.execute("SAVEPOINT decision");
      task.run(); // keeps what it throws
      if (transaction.failure().isPresent()) {
        throw transaction.failure().get();
      }
      steps = transaction.steps();
      if (task.state() == Future.State.FAILED) {
        steps = List.of();
        plain.execute("ROLLBACK TO decision");
      }
      plain.execute("RELEASE decision");
    }

    @Override
    public List<Step> steps() {
      return steps;
    }

    T answer() {
      if (task.state() == Future.State.SUCCESS) {
        return task.resultNow();
      }
      switch (task.exceptionNow()) {
        case RuntimeException thrown -> throw thrown;
        case Error bug -> throw bug;
        case Throwable checked -> throw new AssertionError("a decision throws none", checked);
      }
    }
  }

  /**
   * A writer on this connection.
   *
   * @param epoch the owner's, checked at each commit; empty: the database is shared
   */
  SqliteWriter(Connection connection, OptionalLong epoch, Reserve reserve) throws SQLException {
    this.connection = connection;
    this.epoch = epoch;
    this.reserve = reserve;
    plain = connection.createStatement();
    put =
        connection.prepareStatement(
            "INSERT INTO records(kind, id, body) VALUES(?, ?, ?)"
                + " ON CONFLICT(kind, id) DO UPDATE SET body = excluded.body");
    delete = connection.prepareStatement("DELETE FROM records WHERE kind=? AND id=?");
    has = connection.prepareStatement("SELECT 1 FROM records WHERE kind=? AND id=?");
    questions = new SqliteQuestions(connection);
    // A platform thread: SQLite blocks in native code, which would hold a carrier.
    thread = Thread.ofPlatform().daemon().name("records").start(this::run);
  }

  /** For transactions, which run on the thread that writes. */
  SqliteQuestions questions() {
    return questions;
  }

  /** Commits; returns when it is durable. */
  void commit(List<Step> steps) {
    await(new Changes(steps));
  }

  /** Decides and commits; returns when it is durable. */
  <T> T transact(Records.Decision<T> decision) {
    if (Thread.currentThread() == thread) {
      throw new AssertionError("a decision does not wait for another");
    }
    var deciding = new Deciding<>(decision);
    await(deciding);
    return deciding.answer();
  }

  private void await(Job job) {
    var pending = new Pending(job, new CompletableFuture<>());
    enqueue(pending);
    Optional<SQLException> failed = pending.outcome.join();
    if (failed.isPresent()) {
      throw SqliteFailure.of("commit", failed.get());
    }
  }

  private void enqueue(Pending pending) {
    boolean interrupted = false;
    synchronized (queue) {
      while (queue.size() >= QUEUE_MAX && !closing) {
        interrupted |= waitForQueue();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (closing) {
        throw new StowageException.Unavailable("the records are closed", null);
      }
      queue.add(pending);
      queue.notifyAll();
    }
  }

  private void run() {
    try {
      for (var batch = take(); !batch.isEmpty(); batch = take()) {
        write(batch);
      }
    } finally {
      stop();
    }
  }

  /** Waits for commits; none once it is closing and all are done. */
  private List<Pending> take() {
    var batch = new ArrayList<Pending>();
    synchronized (queue) {
      while (queue.isEmpty() && !closing) {
        waitForQueue();
      }
      long bytes = 0;
      while (!queue.isEmpty() && batch.size() < BATCH_MAX && bytes < BATCH_BYTES_MAX) {
        bytes += queue.peek().bytes();
        batch.add(queue.poll());
      }
      queue.notifyAll();
    }
    return batch;
  }

  private boolean waitForQueue() {
    try {
      queue.wait();
      return false;
    } catch (InterruptedException e) {
      return true; // a commit under way is finished all the same
    }
  }

  private void write(List<Pending> batch) {
    Optional<SQLException> failed = transact(batch);
    if (failed.isPresent() && batch.size() > 1 && broken.isEmpty()) {
      // One may be to blame, or too big for the room that is left: each for itself.
      batch.forEach(each -> write(List.of(each)));
      return;
    }
    if (failed.filter(SqliteFailure::isFull).isPresent() && mayUseReserve(batch.getFirst())) {
      failed = transact(batch);
    }
    for (Pending each : batch) {
      each.outcome.complete(failed);
    }
    checkpoint(batch);
  }

  /** Makes the batch durable as one transaction, or tells why nothing of it was done. */
  private Optional<SQLException> transact(List<Pending> batch) {
    if (broken.isPresent()) {
      return broken;
    }
    try {
      plain.execute("BEGIN IMMEDIATE");
      if (epoch.isPresent()
          && SqliteSchema.number(plain, "SELECT epoch FROM owner") != epoch.getAsLong()) {
        throw new SQLException("another agent has taken over the root");
      }
      for (Pending each : batch) {
        each.job.run();
      }
      plain.execute("COMMIT");
      return Optional.empty();
    } catch (SQLException e) {
      if (SqliteFailure.isFatal(e)) {
        breakDown(e);
      }
      rollback(e);
      return Optional.of(e);
    }
  }

  void apply(Step step) throws SQLException {
    switch (step.change) {
      case Records.Change.Put change -> {
        put.setString(1, change.kind());
        put.setString(2, change.id());
        put.setString(3, step.body);
        put.executeUpdate();
      }
      case Records.Change.Delete change -> {
        delete.setString(1, change.kind());
        delete.setString(2, change.id());
        delete.executeUpdate();
      }
    }
  }

  private void rollback(SQLException because) {
    try {
      if (!connection.isClosed()) {
        plain.execute("ROLLBACK");
      }
    } catch (SQLException e) {
      // SQLite has rolled back by itself after most errors, and says that there is nothing to do.
      because.addSuppressed(e);
    }
  }

  /**
   * After a failed sync nobody knows what the disk kept, and a second sync would lie: nothing is
   * acknowledged any more.
   */
  private void breakDown(SQLException e) {
    var readOnly =
        new SQLException(
            "the records are read-only until the agent is restarted, since the disk failed: "
                + e.getMessage(),
            e);
    broken = Optional.of(readOnly);
    LOG.log(System.Logger.Level.ERROR, "records.broken error={0}", e.getMessage());
  }

  /** Gives up the reserve for a commit that adds no record; see {@link Reserve}. */
  private boolean mayUseReserve(Pending pending) {
    try {
      for (Step step : pending.job.steps()) {
        if (step.change instanceof Records.Change.Put change) {
          has.setString(1, change.kind());
          has.setString(2, change.id());
          try (ResultSet result = has.executeQuery()) {
            if (!result.next()) {
              return false;
            }
          }
        }
      }
      return reserve.release();
    } catch (SQLException e) {
      LOG.log(System.Logger.Level.WARNING, "records.unreadable error={0}", e.getMessage());
      return false;
    }
  }

  /** Folds the log into the database now and then, after the commits were answered. */
  private void checkpoint(List<Pending> batch) {
    for (Pending each : batch) {
      logBytes += each.bytes();
    }
    if (logBytes < LOG_BYTES_MAX || broken.isPresent()) {
      return;
    }
    logBytes = 0;
    try {
      plain.execute("PRAGMA wal_checkpoint(PASSIVE)");
      reserve.restore();
    } catch (SQLException e) {
      // The log still has everything. A full disk passes, a failed one does not.
      if (SqliteFailure.isFatal(e)) {
        breakDown(e);
      } else {
        LOG.log(System.Logger.Level.WARNING, "records.log_grows error={0}", e.getMessage());
      }
    }
  }

  private void stop() {
    var stopped = Optional.of(new SQLException("the thread that writes records has ended"));
    synchronized (queue) {
      closing = true;
      queue.forEach(each -> each.outcome.complete(stopped));
      queue.clear();
      queue.notifyAll();
    }
  }

  /** Finishes what is queued, then ends; does not close the connection. */
  void close() {
    synchronized (queue) {
      closing = true;
      queue.notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
