package stowage.chunk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The root of a snapshot's manifest: its facts, and the names of its leaves in order.
 *
 * @param completedMillis since 1970
 * @param storedBytes that were new to the store then
 */
record Root(
    String id,
    long sizeBytes,
    long completedMillis,
    long storedBytes,
    Optional<String> parent,
    Optional<DataKey> key,
    List<Name> leaves) {
  /** A volume of 64 TiB has 32768 leaves. */
  static final int FILE_BYTES_MAX = 4 << 20;

  private static final long MAGIC = 0x53544f57534e4150L; // STOWSNAP
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 52;
  private static final int SHA256_BYTES = 32;

  Root {
    leaves = List.copyOf(leaves);
  }

  /** The file: the root twice, so that one damaged place does not lose it. */
  ByteBuffer file() {
    byte[] one = encode();
    return ByteBuffer.allocate(2 * one.length).put(one).put(one).flip();
  }

  byte[] encode() {
    byte[] idBytes = id.getBytes(US_ASCII);
    byte[] parentBytes = parent.orElse("").getBytes(US_ASCII);
    byte[] keyBytes = key.map(DataKey::toString).orElse("").getBytes(US_ASCII);
    int texts = idBytes.length + parentBytes.length + keyBytes.length;
    int size = FIXED_BYTES + texts + leaves.size() * Name.BYTES + SHA256_BYTES;
    var bytes =
        ByteBuffer.allocate(size)
            .putLong(MAGIC)
            .putInt(VERSION)
            .putInt(size)
            .putLong(sizeBytes)
            .putLong(completedMillis)
            .putLong(storedBytes)
            .putInt(leaves.size())
            .putShort((short) idBytes.length)
            .putShort((short) parentBytes.length)
            .putShort((short) keyBytes.length)
            .putShort((short) 0)
            .put(idBytes)
            .put(parentBytes)
            .put(keyBytes);
    for (Name leaf : leaves) {
      bytes.put(leaf.bytes());
    }
    var sha256 = Codec.sha256();
    sha256.update(bytes.array(), 0, bytes.position());
    return bytes.put(sha256.digest()).array();
  }

  /** A root as it was found in a file, and whether both copies of it are good. */
  record Found(Root root, boolean isWhole) {}

  /** Reads a file; empty if no copy in it is good. */
  static Optional<Found> read(ByteBuffer file) {
    int half = file.remaining() / 2;
    var first = decode(file.slice(0, half));
    var second = decode(file.slice(half, file.remaining() - half));
    return first
        .or(() -> second)
        .map(root -> new Found(root, first.isPresent() && first.equals(second)));
  }

  /** Reads one copy; empty if it is damaged. */
  static Optional<Root> decode(ByteBuffer bytes) {
    int size = bytes.remaining();
    if (size < FIXED_BYTES + SHA256_BYTES
        || bytes.getLong(0) != MAGIC
        || bytes.getInt(8) != VERSION
        || bytes.getInt(12) != size) {
      return Optional.empty();
    }
    var all = new byte[size];
    bytes.get(0, all);
    var sha256 = Codec.sha256();
    sha256.update(all, 0, size - SHA256_BYTES);
    if (!Arrays.equals(sha256.digest(), Arrays.copyOfRange(all, size - SHA256_BYTES, size))) {
      return Optional.empty();
    }
    var rest = ByteBuffer.wrap(all).position(FIXED_BYTES);
    String id = text(rest, bytes.getShort(44));
    String parent = text(rest, bytes.getShort(46));
    String key = text(rest, bytes.getShort(48));
    var leaves = new ArrayList<Name>();
    for (int i = 0; i < bytes.getInt(40); i++) {
      leaves.add(Name.read(rest, rest.position() + i * Name.BYTES));
    }
    return Optional.of(
        new Root(
            id,
            bytes.getLong(16),
            bytes.getLong(24),
            bytes.getLong(32),
            parent.isEmpty() ? Optional.empty() : Optional.of(parent),
            key.isEmpty() ? Optional.empty() : Optional.of(DataKey.parse(key)),
            leaves));
  }

  private static String text(ByteBuffer from, int length) {
    var bytes = new byte[length];
    from.get(bytes);
    return new String(bytes, US_ASCII);
  }
}
