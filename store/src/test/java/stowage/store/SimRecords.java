package stowage.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/** The {@link Records} of a {@link SimMachine}: a commit is atomic and durable at once. */
public final class SimRecords implements Records {
  private final SimMachine machine;

  /** By kind and id; never changed, only replaced, so that a crash state costs nothing. */
  private Map<String, Map<String, JsonObject>> kinds;

  private boolean isClosed;

  SimRecords(SimMachine machine, Map<String, Map<String, JsonObject>> kinds) {
    this.machine = machine;
    this.kinds = kinds;
  }

  Map<String, Map<String, JsonObject>> kinds() {
    return kinds;
  }

  @Override
  public synchronized Optional<JsonObject> find(String kind, String id) {
    requireOpen();
    return Optional.ofNullable(kinds.getOrDefault(kind, Map.of()).get(id));
  }

  @Override
  public synchronized Map<String, JsonObject> list(String kind) {
    requireOpen();
    return new LinkedHashMap<>(kinds.getOrDefault(kind, Map.of()));
  }

  @Override
  public synchronized SortedMap<String, JsonObject> page(
      String kind, String prefix, String after, int limit) {
    requireOpen();
    return page(kinds, kind, prefix, after, limit);
  }

  private static SortedMap<String, JsonObject> page(
      Map<String, Map<String, JsonObject>> kinds,
      String kind,
      String prefix,
      String after,
      int limit) {
    var some = new TreeMap<String, JsonObject>();
    for (var record : new TreeMap<>(kinds.getOrDefault(kind, Map.of())).entrySet()) {
      String id = record.getKey();
      if (id.compareTo(after) > 0 && id.startsWith(prefix) && some.size() < limit) {
        some.put(id, record.getValue());
      }
    }
    return some;
  }

  @Override
  public synchronized void commit(Change... changes) {
    requireOpen();
    var next = new TreeMap<>(kinds);
    for (Change change : changes) {
      apply(next, change);
    }
    kinds = next;
    machine.step();
  }

  @Override
  public synchronized <T> T transact(Decision<T> decision) {
    requireOpen();
    var transaction = new SimTransaction();
    T answer = decision.in(transaction);
    if (transaction.changed) {
      kinds = transaction.next;
      machine.step();
    }
    return answer;
  }

  private final class SimTransaction implements Transaction {
    private final TreeMap<String, Map<String, JsonObject>> next = new TreeMap<>(kinds);
    private boolean changed;

    @Override
    public Optional<JsonObject> find(String kind, String id) {
      return Optional.ofNullable(next.getOrDefault(kind, Map.of()).get(id));
    }

    @Override
    public SortedMap<String, JsonObject> page(String kind, String prefix, String after, int limit) {
      return SimRecords.page(next, kind, prefix, after, limit);
    }

    @Override
    public void put(String kind, String id, Map<String, Object> body) {
      apply(next, new Change.Put(kind, id, body));
      changed = true;
    }

    @Override
    public void delete(String kind, String id) {
      apply(next, new Change.Delete(kind, id));
      changed = true;
    }
  }

  private static void apply(Map<String, Map<String, JsonObject>> next, Change change) {
    var records = new TreeMap<>(next.getOrDefault(change.kind(), Map.of()));
    switch (change) {
      case Change.Put put -> records.put(put.id(), body(put));
      case Change.Delete delete -> records.remove(delete.id());
    }
    next.put(change.kind(), records);
  }

  private void requireOpen() {
    if (isClosed) {
      throw new StowageException.Unavailable("the records are closed", null);
    }
  }

  /** As it comes back from a file, and nobody else's object. */
  private static JsonObject body(Change.Put put) {
    byte[] json = Json.bytes(put.body());
    if (json.length > BODY_MAX) {
      throw SqliteRecords.tooBig(put, json.length);
    }
    return Json.object(json, put.kind() + " " + put.id());
  }

  @Override
  public synchronized void close() {
    isClosed = true;
  }
}
