package stowage.store;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import stowage.base.JsonObject;

/**
 * The metadata: JSON records, each with a kind ("image", "container", "volume") and an id unique in
 * its kind. What a record names on the {@link Disk} is durable before the record is committed.
 *
 * <p>Any thread may call at any time. Readers see committed records only, and are not held up by
 * writers. What {@link #find} saw may have changed by the time of a {@link #commit}: an owner that
 * must not race with itself holds its own lock around both, or uses {@link #transact}.
 */
public interface Records extends AutoCloseable {
  /** The most bytes a record's JSON may have; more is refused. */
  int BODY_MAX = 16 << 20;

  /** The record, if there is one. */
  Optional<JsonObject> find(String kind, String id);

  /** All records of a kind by id, sorted by id; none is an empty map. */
  Map<String, JsonObject> list(String kind);

  /**
   * Some records of a kind by id, sorted by id: those whose ids start with {@code prefix} and come
   * after {@code after}.
   *
   * @param prefix empty: any
   * @param after empty: from the first on (but for one whose id is empty)
   * @param limit the most that are wanted
   */
  SortedMap<String, JsonObject> page(String kind, String prefix, String after, int limit);

  /**
   * Reads, decides and changes in one serializable transaction: nobody else, in this process or
   * another, changes anything between what the decision reads and what it writes. When this returns
   * the changes are durable; when the decision throws there are none, and its exception is thrown
   * on.
   *
   * <p>The decision does nothing but read and write records through what it is given, and is quick:
   * others wait for it. It may run more than once, and on another thread.
   *
   * @throws stowage.base.StowageException as {@link #commit}
   */
  <T> T transact(Decision<T> decision);

  /** What is decided and changed in a {@link #transact}. */
  @FunctionalInterface
  interface Decision<T> {
    T in(Transaction transaction);
  }

  /** The records within a {@link #transact}: sees its own changes; of no use after it. */
  interface Transaction {
    /** As {@link Records#find}. */
    Optional<JsonObject> find(String kind, String id);

    /** As {@link Records#page}. */
    SortedMap<String, JsonObject> page(String kind, String prefix, String after, int limit);

    /** As {@link Change.Put}. */
    void put(String kind, String id, Map<String, Object> body);

    /** As {@link Change.Delete}. */
    void delete(String kind, String id);
  }

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
