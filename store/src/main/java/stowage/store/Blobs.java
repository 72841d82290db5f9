package stowage.store;

import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.StowageException;

/**
 * Small files named by the SHA-256 of their bytes, {@code blobs/sha256/<hex>}: manifests and
 * configs. Whole in memory, so at most {@link #SIZE_MAX} bytes each.
 */
public final class Blobs {
  /** The most bytes a blob may have. */
  public static final int SIZE_MAX = 16 << 20;

  /** Blobs of a disk; makes their folder if need be. */
  public Blobs(Disk disk, Publish publish) {}

  /** Stores {@code bytes}; durable when it returns. Storing again what is there changes nothing. */
  public Digest put(byte[] bytes) {
    throw new StowageException.Unsupported("to come");
  }

  /**
   * Stores {@code bytes} that someone said have this digest.
   *
   * @throws StowageException.Corrupt if they do not; nothing is stored
   */
  public void put(Digest digest, byte[] bytes) {
    throw new StowageException.Unsupported("to come");
  }

  /**
   * The bytes, verified, if there are any.
   *
   * @throws StowageException.Corrupt if what is stored is not what was put
   */
  public Optional<byte[]> find(Digest digest) {
    throw new StowageException.Unsupported("to come");
  }

  /** Removes a blob for good; false if there was none. */
  public boolean remove(Digest digest) {
    throw new StowageException.Unsupported("to come");
  }

  /** What is stored, sorted; for the sweep at start. */
  public List<Digest> list() {
    throw new StowageException.Unsupported("to come");
  }
}
