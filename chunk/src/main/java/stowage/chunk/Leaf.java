package stowage.chunk;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A part of a manifest: which objects 4096 chunks in a row are. Named by its own SHA-256 and shared
 * by all snapshots that are the same there. Behind the names, where they are not digests themselves
 * (encrypted), come the masked digests.
 */
final class Leaf {
  static final int CHUNKS = 4096;

  private final ByteBuffer bytes;

  private Leaf(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** All zero. */
  static Leaf blank(boolean encrypted) {
    return new Leaf(ByteBuffer.allocate(size(encrypted)));
  }

  static Leaf read(ByteBuffer from) {
    return new Leaf(ByteBuffer.allocate(from.remaining()).put(from).flip());
  }

  Leaf copy() {
    return read(bytes.duplicate());
  }

  static int size(boolean encrypted) {
    return CHUNKS * Name.BYTES * (encrypted ? 2 : 1);
  }

  static boolean isSize(int size) {
    return size == size(false) || size == size(true);
  }

  ByteBuffer bytes() {
    return bytes.asReadOnlyBuffer();
  }

  Name name(int index) {
    return Name.read(bytes, index * Name.BYTES);
  }

  private boolean isEncrypted() {
    return bytes.limit() == size(true);
  }

  /** The digest, still masked if it was; of a zero chunk empty. */
  Optional<byte[]> digest(int index) {
    if (name(index).isZero()) {
      return Optional.empty();
    }
    var digest = new byte[Name.BYTES];
    bytes.get((index + (isEncrypted() ? CHUNKS : 0)) * Name.BYTES, digest);
    return Optional.of(digest);
  }

  /** For who has made it; {@code masked} only where encrypted. */
  void set(int index, Name name, Name masked) {
    name.write(bytes, index * Name.BYTES);
    if (isEncrypted()) {
      masked.write(bytes, (index + CHUNKS) * Name.BYTES);
    }
  }

  /** Takes over what another one of the same kind says of a chunk. */
  void copy(int index, Leaf from) {
    Name masked = isEncrypted() ? from.name(index + CHUNKS) : Name.ZERO;
    set(index, from.name(index), masked);
  }

  boolean isZero() {
    for (int i = 0; i < CHUNKS; i++) {
      if (!name(i).isZero()) {
        return false;
      }
    }
    return true;
  }

  /** Its name. */
  Name ownName() {
    if (isZero()) {
      return Name.ZERO;
    }
    var sha256 = Codec.sha256();
    sha256.update(bytes.duplicate());
    return Name.of(sha256.digest());
  }
}
