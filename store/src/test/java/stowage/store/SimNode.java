package stowage.store;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * An inode of a {@link SimDisk}: what readers see now and what of it a crash cannot take away.
 * Files are only ever appended to, so what is durable of one is a prefix.
 */
final class SimNode {
  private static final byte[] NOTHING = {};

  final boolean isDirectory;

  /** A directory's names as readers see them, and as the last sync left them. */
  final Map<String, SimNode> names;

  Map<String, SimNode> durableNames;

  private byte[] bytes = NOTHING;
  private boolean isShared;
  int size;
  int durableSize;

  private SimNode(boolean isDirectory) {
    this.isDirectory = isDirectory;
    names = isDirectory ? new TreeMap<>() : Map.of();
    durableNames = names;
    if (isDirectory) {
      durableNames = new TreeMap<>();
    }
  }

  static SimNode directory() {
    return new SimNode(true);
  }

  static SimNode file() {
    return new SimNode(false);
  }

  /** A file, all of it durable, that shares its bytes with another until one is written to. */
  static SimNode file(byte[] bytes, int size) {
    var file = new SimNode(false);
    file.bytes = bytes;
    file.isShared = true;
    file.size = size;
    file.durableSize = size;
    return file;
  }

  byte[] bytes() {
    return bytes;
  }

  void append(byte[] more) {
    if (isShared || size + more.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more.length, 2 * size));
      isShared = false;
    }
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  /** After it the bytes may be shared: appending copies them. */
  byte[] share() {
    isShared = true;
    return bytes;
  }

  boolean isDirty() {
    return size > durableSize;
  }
}
