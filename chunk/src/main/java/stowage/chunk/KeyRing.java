package stowage.chunk;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stowage.base.StowageException;

/**
 * The region's keys: files of mode 0600 in {@code <region-root>/keys}. They wrap the data keys of
 * volumes and never leave this class. Safe for several processes on one folder, and any thread.
 *
 * <p>An id is {@code key-} and a UUID; the UUID is what an ARN ends in.
 */
public final class KeyRing {
  private KeyRing() {}

  /** The keys in a folder, which is made when the first key is. */
  public static KeyRing open(Path folder) {
    return new KeyRing();
  }

  /** The id of the key that is used where none is named; made at the first call. */
  public String defaultKey() {
    throw new StowageException.Unsupported("keys are not built yet");
  }

  /** Makes another key; durable when it returns. */
  public String create() {
    throw new StowageException.Unsupported("keys are not built yet");
  }

  /** The ids of all keys, sorted. */
  public List<String> list() {
    return List.of();
  }

  /** The id that a text names: an id, its UUID, or anything that ends in {@code /} and one. */
  public Optional<String> find(String text) {
    return Optional.empty();
  }

  /** A fresh data key for a volume, wrapped by that key; NotFound if there is no such key. */
  public DataKey generate(String keyId) {
    throw new StowageException.Unsupported("keys are not built yet");
  }

  /**
   * Secret bytes of a data key for one purpose ({@code xts}, ...); the same each time, and no
   * purpose's tell another's.
   *
   * @throws StowageException.NotFound if the region's key is not there
   * @throws StowageException.Corrupt if the data key was not wrapped by it, or was altered
   */
  public byte[] secret(DataKey key, String purpose, int bytes) {
    throw new StowageException.Unsupported("keys are not built yet");
  }
}
