package stowage.linux;

/** What kind of file an inode is; the numbers are the type bits of {@code st_mode}. */
public enum FileType {
  REGULAR(010),
  DIRECTORY(004),
  SYMLINK(012),
  FIFO(001),
  SOCKET(014),
  CHARACTER_DEVICE(002),
  BLOCK_DEVICE(006),
  /** The filesystem does not tell in its directory, only to statx(2). */
  UNKNOWN(0);

  private static final FileType[] BY_NUMBER = new FileType[16];

  static {
    for (var type : values()) {
      BY_NUMBER[type.number] = type;
    }
  }

  private final int number;

  FileType(int number) {
    this.number = number;
  }

  /** The type's bits in a mode: S_IFREG and so on. */
  public int modeBits() {
    return number << 12;
  }

  static FileType ofMode(int mode) {
    return ofDirent(mode >> 12);
  }

  /** From {@code d_type}, which is the mode's bits shifted (dirent.h, DTTOIF). */
  static FileType ofDirent(int type) {
    var found = BY_NUMBER[type & 15];
    return found == null ? UNKNOWN : found;
  }
}
