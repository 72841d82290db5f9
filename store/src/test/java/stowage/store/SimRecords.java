package stowage.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
  public synchronized void commit(Change... changes) {
    requireOpen();
    var next = new TreeMap<>(kinds);
    for (Change change : changes) {
      var records = new TreeMap<>(next.getOrDefault(change.kind(), Map.of()));
      switch (change) {
        case Change.Put put -> records.put(put.id(), body(put));
        case Change.Delete delete -> records.remove(delete.id());
      }
      next.put(change.kind(), records);
    }
    kinds = next;
    machine.step();
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
