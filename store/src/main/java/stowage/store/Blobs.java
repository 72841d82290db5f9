package stowage.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.StowageException;

/**
 * Small files named by the SHA-256 of their bytes, {@code blobs/sha256/<hex>}: manifests and
 * configs. Whole in memory, so at most {@link #SIZE_MAX} bytes each. Any thread may call.
 */
public final class Blobs {
  /** The most bytes a blob may have. */
  public static final int SIZE_MAX = 16 << 20;

  private static final String FOLDER = "blobs/sha256";
  private static final int HEX_DIGITS = 64;

  private final Disk disk;
  private final Publish publish;

  /** Blobs of a disk; makes their folder if need be. */
  public Blobs(Disk disk, Publish publish) {
    this.disk = disk;
    this.publish = publish;
    publish.folder(FOLDER);
  }

  /**
   * Stores {@code bytes}; durable when it returns. Storing again what is there changes nothing, or
   * heals it if it was damaged.
   */
  public Digest put(byte[] bytes) {
    if (bytes.length > SIZE_MAX) {
      throw new StowageException.LimitExceeded(
          "a blob has %d bytes, more than %d".formatted(bytes.length, SIZE_MAX), null);
    }
    var digest = Digest.of(bytes);
    String name = name(digest);
    try (var staged = publish.file()) {
      staged.write(ByteBuffer.wrap(bytes));
      if (!staged.publish(name) && !isWhole(digest)) {
        staged.replace(name);
      }
      return digest;
    }
  }

  /**
   * Stores {@code bytes} that someone said have this digest.
   *
   * @throws StowageException.Corrupt if they do not; nothing is stored
   */
  public void put(Digest digest, byte[] bytes) {
    var actual = Digest.of(bytes);
    if (!actual.equals(digest)) {
      throw new StowageException.Corrupt(
          "a blob said to be %s is %s".formatted(digest, actual), null);
    }
    put(bytes);
  }

  private boolean isWhole(Digest digest) {
    try {
      return find(digest).isPresent();
    } catch (StowageException.Corrupt damaged) {
      return false;
    }
  }

  /**
   * The bytes, verified, if there are any.
   *
   * @throws StowageException.Corrupt if what is stored is not what was put
   */
  public Optional<byte[]> find(Digest digest) {
    try (var file = disk.open(name(digest))) {
      long size = file.size();
      var bytes = ByteBuffer.allocate((int) Math.min(size, SIZE_MAX));
      while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
        continue;
      }
      if (size > SIZE_MAX || bytes.hasRemaining() || !Digest.of(bytes.array()).equals(digest)) {
        throw new StowageException.Corrupt("blob %s is damaged".formatted(digest), null);
      }
      return Optional.of(bytes.array());
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw Disk.failure("read blob " + digest, e);
    }
  }

  /**
   * Removes a blob; false if there was none. Not synced: when no record names it, the sweep takes
   * what a crash brings back.
   */
  public boolean remove(Digest digest) {
    try {
      return disk.remove(name(digest));
    } catch (IOException e) {
      throw Disk.failure("remove blob " + digest, e);
    }
  }

  /** What is stored, sorted; for the sweep at start. Files that are not ours are left alone. */
  public List<Digest> list() {
    try {
      var digests = new ArrayList<Digest>();
      for (String name : disk.list(FOLDER)) {
        if (name.length() == HEX_DIGITS) {
          digests.add(new Digest(name));
        }
      }
      return digests;
    } catch (IOException e) {
      throw Disk.failure("list blobs", e);
    }
  }

  private static String name(Digest digest) {
    return FOLDER + "/" + digest.hex();
  }
}
