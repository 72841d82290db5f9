package stowage.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static stowage.layer.ErofsFormat.BLOCK;
import static stowage.layer.ErofsFormat.DIRENT;
import static stowage.layer.ErofsFormat.SLOT;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.StowageException.Corrupt;
import stowage.base.StowageException.Failed;

/**
 * Reads a layer through its index without mounting it. It understands what {@link ErofsWriter}
 * writes and refuses everything else as damaged; no index, however damaged, makes it read outside
 * its two files, loop, or allocate more than a directory has. Safe for many threads.
 */
final class ErofsReader implements AutoCloseable {
  /** Bytes that a directory may have; one of {@link LayerTree#NAMES_MAX} longest names fits. */
  private static final long DIRECTORY_MAX = 256L << 20;

  private static final int SYMLINK_MAX = 4096;

  private final Digest diffId;
  private final FileChannel index;
  private final FileChannel tar;
  private final long indexBlocks;
  private final Stored root;
  private final long commonSeconds;
  private final int commonNanos;

  /**
   * An inode as the index has it.
   *
   * @param number its own, unique in the index
   * @param mode kind and permissions
   * @param isInline whether the last part of its data lies at {@code tail}
   * @param block where the rest is, or the device it stands for
   */
  record Stored(
      long number,
      int mode,
      int uid,
      int gid,
      long size,
      long mtimeSeconds,
      int mtimeNanos,
      int links,
      Map<String, String> xattrs,
      boolean isInline,
      long tail,
      int block) {
    int kind() {
      return mode & Inode.KIND;
    }

    boolean isDirectory() {
      return kind() == Inode.DIRECTORY;
    }

    boolean isWhiteout() {
      return kind() == Inode.CHARACTER_DEVICE && block == 0;
    }

    boolean isOpaque() {
      return ErofsXattrs.isOpaque(xattrs);
    }
  }

  /** A name in a directory. */
  record Entry(String name, long number) {}

  private ErofsReader(Digest diffId, FileChannel index, FileChannel tar) {
    this.diffId = diffId;
    this.index = index;
    this.tar = tar;
    var bytes = bytes(ErofsFormat.SUPER_OFFSET, ErofsFormat.SUPER_CHECKED);
    int device = ErofsFormat.DEVICE_OFFSET - ErofsFormat.SUPER_OFFSET;
    var tag = new byte[64];
    bytes.get(device, tag);
    if (bytes.getInt(0) != ErofsFormat.SUPER_MAGIC
        || bytes.getInt(4) != ErofsWriter.checksum(copy(bytes))
        || bytes.get(12) != ErofsFormat.BLOCK_BITS
        || bytes.getInt(80) != ErofsFormat.INCOMPAT_DEVICE_TABLE
        || !new String(tag, ISO_8859_1).equals(diffId.hex())) {
      throw bad("superblock");
    }
    indexBlocks = Integer.toUnsignedLong(bytes.getInt(36));
    if (Integer.toUnsignedLong(bytes.getInt(device + 68)) != indexBlocks) {
      throw bad("device");
    }
    commonSeconds = bytes.getLong(24);
    commonNanos = bytes.getInt(32);
    root = inode(Short.toUnsignedLong(bytes.getShort(14)));
    if (!root.isDirectory()) {
      throw bad("root");
    }
  }

  /** Opens a layer's two files. */
  static ErofsReader open(Digest diffId, Path index, Path tar) {
    try {
      var indexChannel = FileChannel.open(index);
      try {
        return new ErofsReader(diffId, indexChannel, FileChannel.open(tar));
      } catch (IOException | Corrupt e) {
        indexChannel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new Failed("cannot open layer " + diffId + ": " + e.getMessage(), e);
    }
  }

  Stored root() {
    return root;
  }

  /** The inode of that number, as an {@link Entry} of this index tells it. */
  Stored inode(long number) {
    long at = number * SLOT;
    if (number < 0 || number > 0xffffffffL) {
      throw bad("inode number " + number);
    }
    var head = bytes(at, ErofsFormat.COMPACT);
    int format = head.getShort(0);
    boolean isExtended = (format & ErofsFormat.FORMAT_EXTENDED) != 0;
    int data = format >> 1;
    if (data != ErofsFormat.LAYOUT_PLAIN && data != ErofsFormat.LAYOUT_INLINE) {
      throw bad("inode " + number);
    }
    if (isExtended) {
      head = bytes(at, ErofsFormat.EXTENDED);
    }
    int units = Short.toUnsignedInt(head.getShort(2));
    int xattrsSize = units == 0 ? 0 : 12 + 4 * (units - 1);
    long headEnd = at + (isExtended ? ErofsFormat.EXTENDED : ErofsFormat.COMPACT);
    var inode =
        new Stored(
            number,
            Short.toUnsignedInt(head.getShort(4)),
            isExtended ? head.getInt(24) : Short.toUnsignedInt(head.getShort(24)),
            isExtended ? head.getInt(28) : Short.toUnsignedInt(head.getShort(26)),
            isExtended ? head.getLong(8) : Integer.toUnsignedLong(head.getInt(8)),
            isExtended ? head.getLong(32) : commonSeconds,
            isExtended ? head.getInt(40) : commonNanos,
            isExtended ? head.getInt(44) : Short.toUnsignedInt(head.getShort(6)),
            xattrsSize == 0
                ? Map.of()
                : ErofsXattrs.decode(bytes(headEnd, xattrsSize).array(), "layer " + diffId),
            data == ErofsFormat.LAYOUT_INLINE,
            headEnd + xattrsSize,
            head.getInt(16));
    check(inode);
    return inode;
  }

  private void check(Stored inode) {
    long most =
        switch (inode.kind()) {
          case Inode.DIRECTORY -> DIRECTORY_MAX;
          case Inode.SYMLINK -> SYMLINK_MAX;
          case Inode.FILE -> ErofsFormat.BLOCKS_MAX * BLOCK;
          default -> 0;
        };
    if (inode.size < 0 || inode.size > most || inode.mtimeNanos < 0) {
      throw bad("inode " + inode.number);
    }
  }

  /** What a directory holds, sorted, without the dots. */
  List<Entry> list(Stored directory) {
    var entries = new ArrayList<Entry>();
    var block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < directory.size; at += BLOCK) {
      fill(directory, at, block);
      int count = count(block, directory);
      for (int i = 0; i < count; i++) {
        var name = name(block, i, count, directory);
        if (!name.equals(".") && !name.equals("..")) {
          entries.add(new Entry(name, block.getLong(i * DIRENT)));
        }
      }
    }
    return entries;
  }

  /** What a directory holds under that name; found by bisection, as the kernel does. */
  Optional<Stored> child(Stored directory, String name) {
    var block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    long low = 0;
    long high = ErofsFormat.blocks(directory.size) - 1;
    while (low <= high) {
      long middle = low + high >>> 1;
      fill(directory, middle * BLOCK, block);
      int count = count(block, directory);
      if (name.compareTo(name(block, 0, count, directory)) < 0) {
        high = middle - 1;
      } else if (name.compareTo(name(block, count - 1, count, directory)) > 0) {
        low = middle + 1;
      } else {
        return inBlock(block, count, name, directory);
      }
    }
    return Optional.empty();
  }

  private Optional<Stored> inBlock(ByteBuffer block, int count, String name, Stored directory) {
    for (int i = 0; i < count; i++) {
      if (name(block, i, count, directory).equals(name)) {
        return Optional.of(inode(block.getLong(i * DIRENT)));
      }
    }
    return Optional.empty();
  }

  private void fill(Stored directory, long at, ByteBuffer block) {
    block.clear().limit((int) Math.min(BLOCK, directory.size - at));
    while (block.hasRemaining()) {
      read(directory, at + block.position(), block);
    }
    block.flip();
  }

  private int count(ByteBuffer block, Stored directory) {
    int first = block.limit() < DIRENT ? 0 : Short.toUnsignedInt(block.getShort(8));
    if (first == 0 || first % DIRENT != 0 || first > block.limit()) {
      throw bad("directory " + directory.number);
    }
    return first / DIRENT;
  }

  private String name(ByteBuffer block, int i, int count, Stored directory) {
    int from = Short.toUnsignedInt(block.getShort(i * DIRENT + 8));
    boolean isLast = i == count - 1;
    int end = isLast ? block.limit() : Short.toUnsignedInt(block.getShort((i + 1) * DIRENT + 8));
    if (from < count * DIRENT || end <= from || end > block.limit()) {
      throw bad("directory " + directory.number);
    }
    if (isLast) {
      while (end > from && block.get(end - 1) == 0) {
        end--;
      }
    }
    var name = new String(block.array(), from, end - from, ISO_8859_1);
    if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf(0) >= 0) {
      throw bad("directory " + directory.number);
    }
    return name;
  }

  /** Where a symlink points. */
  String target(Stored symlink) {
    var target = ByteBuffer.allocate((int) symlink.size);
    while (target.hasRemaining()) {
      read(symlink, target.position(), target);
    }
    return new String(target.array(), ISO_8859_1);
  }

  /** Reads some of the data at {@code offset}: how many bytes, -1 at the end. */
  int read(Stored inode, long offset, ByteBuffer to) {
    long left = inode.size - offset;
    if (left <= 0 || !to.hasRemaining()) {
      return left <= 0 ? -1 : 0;
    }
    long tailStart = inode.isInline ? (inode.size - 1) / BLOCK * BLOCK : inode.size;
    long at;
    if (offset >= tailStart) {
      at = inode.tail + (offset - tailStart);
    } else {
      at = Integer.toUnsignedLong(inode.block) * BLOCK + offset;
      left = tailStart - offset;
    }
    long tarStart = indexBlocks * BLOCK;
    int limit = to.limit();
    to.limit((int) Math.min(limit, to.position() + left));
    try {
      int count = at < tarStart ? index.read(to, at) : tar.read(to, at - tarStart);
      if (count <= 0) {
        throw bad("inode " + inode.number + " leads outside");
      }
      return count;
    } catch (IOException e) {
      throw new Failed("cannot read layer " + diffId + ": " + e.getMessage(), e);
    } finally {
      to.limit(limit);
    }
  }

  private ByteBuffer bytes(long at, int count) {
    var bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (bytes.hasRemaining()) {
        if (index.read(bytes, at + bytes.position()) <= 0) {
          throw bad("ends too early");
        }
      }
    } catch (IOException e) {
      throw new Failed("cannot read layer " + diffId + ": " + e.getMessage(), e);
    }
    return bytes.clear();
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.wrap(bytes.array().clone()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Corrupt bad(String what) {
    return new Corrupt("layer %s: damaged index: %s".formatted(diffId, what), null);
  }

  @Override
  public void close() {
    try (tar) {
      index.close();
    } catch (IOException e) {
      throw new Failed("cannot close layer " + diffId, e);
    }
  }
}
