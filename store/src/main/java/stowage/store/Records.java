package stowage.store;

import java.util.Map;
import java.util.Optional;
import stowage.base.JsonObject;

/**
 * The metadata: JSON records, each with a kind ("image", "container", "volume") and an id unique in
 * its kind. What a record names on the {@link Disk} is durable before the record is committed.
 *
 * <p>Any thread may call at any time. Readers see committed records only, and are not held up by
 * writers. What {@link #find} saw may have changed by the time of a {@link #commit}: an owner that
 * must not race with itself holds its own lock around both.
 */
public interface Records extends AutoCloseable {
  /** The most bytes a record's JSON may have; more is refused. */
  int BODY_MAX = 16 << 20;

  /** The record, if there is one. */
  Optional<JsonObject> find(String kind, String id);

  /** All records of a kind by id, sorted by id; none is an empty map. */
  Map<String, JsonObject> list(String kind);

  /**
   * Makes all changes, in their order, or none. When it returns they are durable; commits of
   * several threads share one write to the disk.
   *
   * @throws stowage.base.StowageException.LimitExceeded if the disk is full; nothing was changed
   * @throws stowage.base.StowageException.Failed if the disk failed: readers do not see the
   *     changes, but nobody knows what the disk kept and after a restart they may be there. So the
   *     caller leaves what it published where it is: the next start sweeps what no record names.
   *     Further commits are refused until then
   */
  void commit(Change... changes);

  /** Ends; commits under way are finished first. */
  @Override
  void close();

  /** One step of a {@link #commit}. */
  sealed interface Change {
    String kind();

    String id();

    /** Sets the record, new or in place of the old. {@code body} as {@link stowage.base.Json}. */
    record Put(String kind, String id, Map<String, Object> body) implements Change {}

    /** Removes the record; it need not be there. */
    record Delete(String kind, String id) implements Change {}
  }
}
