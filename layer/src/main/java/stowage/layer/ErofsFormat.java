package stowage.layer;

/**
 * The part of EROFS that an index uses; docs/formats/layer.md has it byte for byte. Little endian.
 *
 * @see <a href="https://github.com/torvalds/linux/blob/master/fs/erofs/erofs_fs.h">erofs_fs.h</a>
 */
final class ErofsFormat {
  /** 512 bytes, a tar's unit: so that a file's data in the tar starts on a block. */
  static final int BLOCK_BITS = 9;

  static final int BLOCK = 1 << BLOCK_BITS;

  static final int SUPER_OFFSET = 1024;
  static final int SUPER_MAGIC = 0xe0f5e1e2;

  /** Bytes under the superblock's checksum: what is left of the first block of that size, 512. */
  static final int SUPER_CHECKED = BLOCK;

  static final int COMPAT_CHECKSUM = 1;
  static final int COMPAT_MTIME = 2;
  static final int INCOMPAT_DEVICE_TABLE = 8;

  /** The one device slot: behind the superblock, in units of its size. */
  static final int DEVICE_SLOT_SIZE = 128;

  static final int DEVICE_SLOT = (SUPER_OFFSET + 128) / DEVICE_SLOT_SIZE;
  static final int DEVICE_OFFSET = DEVICE_SLOT * DEVICE_SLOT_SIZE;

  /** Inodes start here; the root is the first. */
  static final int INODES_OFFSET = SUPER_OFFSET + SUPER_CHECKED;

  /** An inode's number is its offset in these units. */
  static final int SLOT = 32;

  static final int COMPACT = 32;
  static final int EXTENDED = 64;
  static final int FORMAT_EXTENDED = 1;
  static final int LAYOUT_PLAIN = 0;
  static final int LAYOUT_INLINE = 2;

  static final int DIRENT = 12;
  static final int NAME_MAX = 255;

  /** Blocks that index and tar together may span: addresses have 32 bits, the last means none. */
  static final long BLOCKS_MAX = 0xfffffffeL;

  static final String VOLUME_NAME = "stowage 1";

  private ErofsFormat() {}

  static long blocks(long bytes) {
    return bytes + BLOCK - 1 >> BLOCK_BITS;
  }

  static long padded(long bytes) {
    return blocks(bytes) << BLOCK_BITS;
  }

  /** The kind of a directory entry for a mode, as in {@code d_type} of the format. */
  static int fileType(int mode) {
    return switch (mode & Inode.KIND) {
      case Inode.FILE -> 1;
      case Inode.DIRECTORY -> 2;
      case Inode.CHARACTER_DEVICE -> 3;
      case Inode.BLOCK_DEVICE -> 4;
      case Inode.FIFO -> 5;
      case Inode.SOCKET -> 6;
      case Inode.SYMLINK -> 7;
      default -> 0;
    };
  }

  /** A device number as the kernel's new_encode_dev packs it. */
  static int device(int major, int minor) {
    return minor & 0xff | major << 8 | (minor & ~0xff) << 12;
  }

  static int major(int device) {
    return device >>> 8 & 0xfff;
  }

  static int minor(int device) {
    return device & 0xff | device >>> 12 & 0xfff00;
  }
}
