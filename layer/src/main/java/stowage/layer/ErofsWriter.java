package stowage.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static stowage.layer.ErofsFormat.BLOCK;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import stowage.base.Digest;
import stowage.layer.Inode.CopiedFile;
import stowage.layer.Inode.Directory;
import stowage.layer.Inode.LowerLink;
import stowage.layer.Inode.Special;
import stowage.layer.Inode.Symlink;
import stowage.layer.Inode.TarFile;

/**
 * Writes the EROFS index of a layer: the same bytes for the same tar, on every machine. The tar is
 * its one extra device, and every file's data a range of it.
 */
final class ErofsWriter {
  private final ErofsLayout layout;
  private final Digest diffId;
  private final long tarBytes;
  private final Sink sink;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(1 << 19).order(ByteOrder.LITTLE_ENDIAN);

  /** Bytes that went to the sink before those in the buffer. */
  private long sunk;

  /** What a written index is like. */
  record Written(long bytes, long contentBytes) {}

  private ErofsWriter(ErofsLayout layout, Digest diffId, long tarBytes, Sink sink) {
    this.layout = layout;
    this.diffId = diffId;
    this.tarBytes = tarBytes;
    this.sink = sink;
  }

  /** Writes the index of {@code tree}, the layer whose tar has this digest and size. */
  static Written write(LayerTree tree, Digest diffId, long tarBytes, Sink sink) {
    var layout = new ErofsLayout(tree.root(), tarBytes);
    new ErofsWriter(layout, diffId, tarBytes, sink).write();
    long copied = 0;
    for (var file : layout.copied()) {
      copied += file.content.bytes();
    }
    long bytes = layout.inodesEnd() + (long) layout.outside().size() * BLOCK + copied;
    return new Written(bytes, layout.contentBytes());
  }

  private void write() {
    superblock();
    for (var inode : layout.inodes()) {
      padTo(inode.position);
      inode(inode);
    }
    padTo(layout.inodesEnd());
    for (var inode : layout.outside()) {
      switch (inode) {
        case Directory directory -> blocks(directory);
        case Symlink symlink -> put(symlink.target);
        case TarFile _, CopiedFile _, Special _, LowerLink _ ->
            throw new AssertionError("has no blocks");
      }
      padTo(ErofsFormat.padded(position()));
    }
    for (var file : layout.copied()) {
      copy(file);
    }
    flush();
    assert sunk == layout.blocks() * BLOCK : sunk + " of " + layout.blocks() + " blocks";
  }

  private void superblock() {
    var root = layout.inodes().getFirst();
    var bytes = ByteBuffer.allocate(ErofsFormat.SUPER_CHECKED).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0, ErofsFormat.SUPER_MAGIC);
    bytes.putInt(8, ErofsFormat.COMPAT_CHECKSUM | ErofsFormat.COMPAT_MTIME);
    bytes.put(12, (byte) ErofsFormat.BLOCK_BITS);
    bytes.putShort(14, (short) (root.position / ErofsFormat.SLOT));
    bytes.putLong(16, layout.inodes().size());
    bytes.putLong(24, layout.commonSeconds());
    bytes.putInt(32, layout.commonNanos());
    bytes.putInt(36, (int) layout.blocks());
    bytes.put(48, HexFormat.of().parseHex(diffId.hex()), 0, 16);
    bytes.put(64, ErofsFormat.VOLUME_NAME.getBytes(ISO_8859_1));
    bytes.putInt(80, ErofsFormat.INCOMPAT_DEVICE_TABLE);
    bytes.putShort(86, (short) 1);
    bytes.putShort(88, (short) ErofsFormat.DEVICE_SLOT);
    int device = ErofsFormat.DEVICE_OFFSET - ErofsFormat.SUPER_OFFSET;
    bytes.put(device, diffId.hex().getBytes(ISO_8859_1));
    bytes.putInt(device + 64, (int) ErofsFormat.blocks(tarBytes));
    bytes.putInt(device + 68, (int) layout.blocks());
    bytes.putInt(4, checksum(bytes));
    padTo(ErofsFormat.SUPER_OFFSET);
    room(bytes.capacity());
    buffer.put(bytes);
  }

  /** CRC32C as the kernel does it: without the last inversion, over a checksum of 0. */
  static int checksum(ByteBuffer superblock) {
    var crc = new CRC32C();
    crc.update(superblock.duplicate().clear().putInt(4, 0).clear());
    return ~(int) crc.getValue();
  }

  private void inode(Inode inode) {
    boolean isExtended = layout.isExtended(inode);
    var attributes = inode.attributes();
    byte[] xattrs = attributes.xattrs();
    room(ErofsFormat.EXTENDED);
    int at = buffer.position();
    int form = isExtended ? ErofsFormat.FORMAT_EXTENDED : 0;
    int data = inode.isInline ? ErofsFormat.LAYOUT_INLINE : ErofsFormat.LAYOUT_PLAIN;
    buffer.putShort(at, (short) (form | data << 1));
    buffer.putShort(at + 2, (short) (xattrs.length == 0 ? 0 : (xattrs.length - 12) / 4 + 1));
    buffer.putShort(at + 4, (short) inode.mode());
    buffer.putInt(at + 16, address(inode));
    buffer.putInt(at + 20, (int) (inode.position / ErofsFormat.SLOT));
    if (isExtended) {
      buffer.putShort(at + 6, (short) 0).putLong(at + 8, size(inode));
      buffer.putInt(at + 24, attributes.uid()).putInt(at + 28, attributes.gid());
      buffer.putLong(at + 32, attributes.mtimeSeconds());
      buffer.putInt(at + 40, attributes.mtimeNanos());
      buffer.putInt(at + 44, ErofsLayout.links(inode));
      buffer.putLong(at + 48, 0).putLong(at + 56, 0);
    } else {
      buffer.putShort(at + 6, (short) ErofsLayout.links(inode));
      buffer.putInt(at + 8, (int) size(inode)).putInt(at + 12, 0);
      buffer.putShort(at + 24, (short) attributes.uid());
      buffer.putShort(at + 26, (short) attributes.gid());
      buffer.putInt(at + 28, 0);
    }
    buffer.position(at + (isExtended ? ErofsFormat.EXTENDED : ErofsFormat.COMPACT));
    put(xattrs);
    if (inode.isInline) {
      tail(inode);
    }
  }

  private static long size(Inode inode) {
    return inode instanceof Directory directory ? directory.dataSize : inode.size();
  }

  /** Where its data starts, or the device it is. */
  private int address(Inode inode) {
    return switch (inode) {
      case TarFile file when file.size() == 0 -> 0;
      case TarFile file -> (int) (layout.blocks() + file.tarOffset / BLOCK);
      case Special special -> ErofsFormat.device(special.major, special.minor);
      case Directory _, CopiedFile _, Symlink _, LowerLink _ -> (int) inode.block;
    };
  }

  private void tail(Inode inode) {
    switch (inode) {
      case Directory directory -> {
        var blocks = new DirectoryBlocks(directory);
        room(BLOCK);
        blocks.write(blocks.count() - 1, buffer);
      }
      case Symlink symlink -> put(symlink.target);
      case TarFile _, CopiedFile _, Special _, LowerLink _ ->
          throw new AssertionError("has no tail");
    }
  }

  private void blocks(Directory directory) {
    var blocks = new DirectoryBlocks(directory);
    int count = blocks.count() - (directory.isInline ? 1 : 0);
    for (int i = 0; i < count; i++) {
      room(BLOCK);
      blocks.write(i, buffer);
      padTo(ErofsFormat.padded(position()));
    }
  }

  private void copy(CopiedFile file) {
    flush();
    file.content.writeTo(sink);
    sunk += file.size();
    padTo(ErofsFormat.padded(sunk));
  }

  private void put(String byteString) {
    put(byteString.getBytes(ISO_8859_1));
  }

  private void put(byte[] bytes) {
    room(bytes.length);
    buffer.put(bytes);
  }

  private void padTo(long position) {
    long count = position - position();
    assert count >= 0 : count;
    for (; count > 0; count--) {
      room(1);
      buffer.put((byte) 0);
    }
  }

  private long position() {
    return sunk + buffer.position();
  }

  private void room(int count) {
    if (buffer.remaining() < count) {
      flush();
    }
    assert buffer.remaining() >= count : count;
  }

  private void flush() {
    sunk += buffer.position();
    sink.write(buffer.flip());
    buffer.clear();
  }
}
