package stowage.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ConcurrentLinkedQueue;
import stowage.linux.Zstd;
import stowage.linux.ZstdBlock;

/**
 * The buffers and contexts for turning one chunk or leaf into an object, or back. For one thread at
 * a time, used again through a {@link Pool}.
 */
final class Codec implements AutoCloseable {
  /** The fastest: what is stored should cost little more than its digest. */
  private static final int ZSTD_LEVEL = 1;

  private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(ChunkStore.CHUNK);

  /** The plain bytes, from 0 to the limit. */
  final ByteBuffer plain = ByteBuffer.allocateDirect(ChunkStore.CHUNK);

  /** Header and payload, from 0 to the limit. */
  final ByteBuffer object = ByteBuffer.allocateDirect(Entry.HEADER_BYTES + Entry.STORED_MAX);

  private final ByteBuffer middle = ByteBuffer.allocateDirect(ChunkStore.CHUNK);
  private final ZstdBlock zstd = new ZstdBlock();
  private final MessageDigest sha256 = sha256();

  /** Codecs that are not in use. Any thread. */
  static final class Pool implements AutoCloseable {
    private final ConcurrentLinkedQueue<Codec> free = new ConcurrentLinkedQueue<>();

    interface Work<T> {
      T with(Codec codec);
    }

    <T> T use(Work<T> work) {
      var codec = free.poll();
      codec = codec == null ? new Codec() : codec;
      try {
        return work.with(codec);
      } finally {
        free.add(codec);
      }
    }

    @Override
    public void close() {
      for (var codec = free.poll(); codec != null; codec = free.poll()) {
        codec.close();
      }
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Takes in a chunk, zeroes behind it where it is short. */
  void takeChunk(ByteBuffer bytes) {
    plain.clear().put(bytes);
    if (plain.hasRemaining()) {
      plain.put(ZEROES.slice(0, plain.remaining()));
    }
    plain.flip();
  }

  /** Takes in a leaf. */
  void takeLeaf(ByteBuffer bytes) {
    plain.clear().put(bytes).flip();
  }

  boolean isZero() {
    return plain.mismatch(ZEROES.slice(0, plain.remaining())) < 0;
  }

  byte[] digest() {
    sha256.update(plain.duplicate());
    return sha256.digest();
  }

  /** Makes the object of what is in {@link #plain}; {@code cipher} may be null. */
  Entry encode(Entry.Kind kind, Name name, ChunkCipher cipher) {
    int raw = plain.remaining();
    var packed = pack(raw);
    int coding = (packed == plain ? 0 : Entry.ZSTD) | (cipher == null ? 0 : Entry.SEALED);
    object.clear().position(Entry.HEADER_BYTES);
    if (cipher == null) {
      object.put(packed.duplicate());
    } else {
      cipher.seal(name, coding, packed.duplicate(), object);
    }
    object.flip();
    var entry = new Entry(name, 0, object.limit() - Entry.HEADER_BYTES, raw, kind, coding);
    entry.writeHeader(object);
    return entry;
  }

  private ByteBuffer pack(int raw) {
    if (!Zstd.isThere()) {
      return plain;
    }
    try {
      // Not worth decompressing when it saves less than a sector.
      middle.clear().limit(raw - 512);
      return zstd.compress(plain, middle, ZSTD_LEVEL) ? middle.flip() : plain;
    } catch (IOException e) {
      throw new AssertionError("zstd is there and the buffers are sound", e);
    }
  }

  /**
   * Turns what is in {@link #object} into {@link #plain}. The caller compares its digest.
   *
   * @param cipher null where there is none
   * @return false if that is not what was encoded
   */
  boolean decode(Entry entry, ChunkCipher cipher) throws IOException {
    if (!Pack.isGood(object, entry) || entry.isSealed() != (cipher != null)) {
      return false;
    }
    ByteBuffer packed = object.duplicate().position(Entry.HEADER_BYTES);
    if (cipher != null) {
      middle.clear();
      if (!cipher.open(entry.name(), entry.coding(), packed, middle)) {
        return false;
      }
      packed = middle.flip();
    }
    plain.clear().limit(entry.raw());
    if ((entry.coding() & Entry.ZSTD) != 0) {
      zstd.decompress(packed, plain);
    } else if (packed.remaining() == entry.raw()) {
      plain.put(packed);
    }
    boolean isWhole = !plain.hasRemaining();
    plain.flip();
    return isWhole;
  }

  @Override
  public void close() {
    zstd.close();
  }
}
