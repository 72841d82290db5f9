package stowage.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import stowage.base.JsonObject;

/** A decision's view of the records, on the thread that writes. */
final class SqliteTransaction implements Records.Transaction {
  private final SqliteWriter writer;
  private final List<SqliteWriter.Step> steps = new ArrayList<>();
  private Optional<SQLException> failure = Optional.empty();

  SqliteTransaction(SqliteWriter writer) {
    this.writer = writer;
  }

  /** What it changed so far. */
  List<SqliteWriter.Step> steps() {
    return steps;
  }

  /** Why the database did not do what was asked, whatever the decision made of it. */
  Optional<SQLException> failure() {
    return failure;
  }

  /** A question or a change. */
  private interface Ask<T> {
    T now() throws SQLException;
  }

  private <T> T ask(String doing, Ask<T> ask) {
    try {
      return ask.now();
    } catch (SQLException e) {
      failure = Optional.of(failure.orElse(e));
      throw SqliteFailure.of(doing, e);
    }
  }

  @Override
  public Optional<JsonObject> find(String kind, String id) {
    return ask("read " + kind + " " + id, () -> writer.questions().find(kind, id));
  }

  @Override
  public SortedMap<String, JsonObject> page(String kind, String prefix, String after, int limit) {
    return ask("read " + kind, () -> writer.questions().page(kind, prefix, after, limit));
  }

  @Override
  public void put(String kind, String id, Map<String, Object> body) {
    change(SqliteWriter.Step.of(new Records.Change.Put(kind, id, body)));
  }

  @Override
  public void delete(String kind, String id) {
    change(SqliteWriter.Step.of(new Records.Change.Delete(kind, id)));
  }

  private void change(SqliteWriter.Step step) {
    ask(
        "write " + step.change().kind(),
        () -> {
          writer.apply(step);
          return steps.add(step);
        });
  }
}
