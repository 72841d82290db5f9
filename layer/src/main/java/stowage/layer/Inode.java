package stowage.layer;

import java.util.TreeMap;

/**
 * An inode of a layer that is being indexed: gathered from the tar's entries, then written. Small,
 * because a layer may have hundreds of thousands.
 */
abstract sealed class Inode {
  static final int DIRECTORY = 0040000;
  static final int FILE = 0100000;
  static final int SYMLINK = 0120000;
  static final int CHARACTER_DEVICE = 0020000;
  static final int BLOCK_DEVICE = 0060000;
  static final int FIFO = 0010000;
  static final int SOCKET = 0140000;
  static final int KIND = 0170000;

  private InodeAttributes attributes;

  /** How many names it has; of a directory, always one. */
  int names;

  /** Where the index has it, in bytes; 0 until it is placed, and never 0 then. */
  long position;

  /** Whether the end of its own data (entries, a target) lies behind it in the same block. */
  boolean isInline;

  /** The first block of its data that does not; 0 when there is none, or it is the tar's. */
  long block;

  private Inode(InodeAttributes attributes) {
    this.attributes = attributes;
  }

  InodeAttributes attributes() {
    return attributes;
  }

  /** The kind's bits of st_mode. */
  abstract int kind();

  int mode() {
    return kind() | attributes.permissions();
  }

  /** Bytes, as stat tells them; of a directory 0, since only its layout knows. */
  long size() {
    return 0;
  }

  /** A directory; its children's names sort as their bytes do. */
  static final class Directory extends Inode {
    final TreeMap<String, Inode> children = new TreeMap<>();
    private boolean implied;
    private boolean opaque;
    private boolean fresh;

    /** Bytes of its entries, once it is placed. */
    long dataSize;

    /** The one it is in; of the root, the root. */
    Directory parent = this;

    private Directory(InodeAttributes attributes, boolean implied) {
      super(attributes);
      this.implied = implied;
    }

    static Directory implied() {
      return new Directory(InodeAttributes.IMPLIED, true);
    }

    static Directory of(InodeAttributes attributes) {
      return new Directory(attributes, false);
    }

    /** Whether the layer has no entry for it: its owner and mode are those of the layers below. */
    boolean isImplied() {
      return implied;
    }

    /** Gives it the attributes of an entry of its own, or of the layers below. */
    void become(InodeAttributes attributes) {
      super.attributes = attributes;
      implied = false;
    }

    /** Whether it hides what layers below have in it. */
    boolean isOpaque() {
      return opaque;
    }

    void hideBelow() {
      opaque = true;
    }

    /** Whether it is another than the one layers below have there: that one has been removed. */
    boolean isFresh() {
      return fresh;
    }

    /** It stands where this layer removed what was there. */
    void replaceBelow() {
      fresh = true;
      opaque = true;
    }

    @Override
    InodeAttributes attributes() {
      var own = super.attributes;
      return opaque ? own.withXattrs(ErofsXattrs.withOpaque(own.xattrs())) : own;
    }

    @Override
    int kind() {
      return DIRECTORY;
    }
  }

  /** A file whose bytes lie in the tar, in one piece. */
  static final class TarFile extends Inode {
    private final long size;
    final long tarOffset;

    TarFile(InodeAttributes attributes, long size, long tarOffset) {
      super(attributes);
      this.size = size;
      this.tarOffset = tarOffset;
    }

    @Override
    int kind() {
      return FILE;
    }

    @Override
    long size() {
      return size;
    }
  }

  /** A file whose bytes are copied behind the index: sparse, or out of a layer below. */
  static final class CopiedFile extends Inode {
    private final long size;
    final Content content;

    CopiedFile(InodeAttributes attributes, long size, Content content) {
      super(attributes);
      this.size = size;
      this.content = content;
    }

    @Override
    int kind() {
      return FILE;
    }

    @Override
    long size() {
      return size;
    }
  }

  static final class Symlink extends Inode {
    final String target;

    Symlink(InodeAttributes attributes, String target) {
      super(attributes);
      this.target = target;
    }

    @Override
    int kind() {
      return SYMLINK;
    }

    @Override
    long size() {
      return target.length();
    }
  }

  /** A device, a fifo, a socket, or a whiteout: the character device 0/0. */
  static final class Special extends Inode {
    private final int kind;
    final int major;
    final int minor;

    Special(InodeAttributes attributes, int kind, int major, int minor) {
      super(attributes);
      this.kind = kind;
      this.major = major;
      this.minor = minor;
    }

    static Special whiteout() {
      return new Special(InodeAttributes.WHITEOUT, CHARACTER_DEVICE, 0, 0);
    }

    boolean isWhiteout() {
      return kind == CHARACTER_DEVICE && major == 0 && minor == 0;
    }

    @Override
    int kind() {
      return kind;
    }
  }

  /**
   * A hard link to a file that only a layer below can have. It stands for nothing until the chain
   * is known, and is left out of the plain index.
   */
  static final class LowerLink extends Inode {
    /** Where its entry stood, for messages. */
    final String path;

    /** Normalised, relative to the root. */
    final String target;

    LowerLink(String path, String target) {
      super(InodeAttributes.IMPLIED);
      this.path = path;
      this.target = target;
    }

    @Override
    int kind() {
      return FILE;
    }
  }
}
