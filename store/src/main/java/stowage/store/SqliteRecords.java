package stowage.store;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/** The {@link Records} in an SQLite database, {@code <root>/stowage.db}. */
public final class SqliteRecords implements Records {
  private SqliteRecords() {}

  /** Opens the database of a root, or makes it; the caller holds the {@link RootLock}. */
  public static SqliteRecords open(Path root) {
    throw new StowageException.Unsupported("to come: " + root);
  }

  @Override
  public Optional<JsonObject> find(String kind, String id) {
    return Optional.empty();
  }

  @Override
  public Map<String, JsonObject> list(String kind) {
    return Map.of();
  }

  @Override
  public void commit(Change... changes) {}

  @Override
  public void close() {}
}
