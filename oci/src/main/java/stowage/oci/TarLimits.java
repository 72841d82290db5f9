package stowage.oci;

/** What a tar may claim before it is refused; the same for every dialect. */
public final class TarLimits {
  /** Bytes of one extended header: PAX records, or a GNU long name. */
  public static final int EXTENDED_HEADER = 1 << 20;

  /** PAX records in one header, and global ones in force at once. */
  public static final int PAX_RECORDS = 10_000;

  /** Bytes of an entry's name or a hard link's target: the kernel's PATH_MAX. */
  public static final int PATH = 4096;

  /** Bytes of one part of a path: the kernel's NAME_MAX. */
  public static final int COMPONENT = 255;

  /** Bytes of a symlink's target: PATH_MAX without its NUL. */
  public static final int SYMLINK = 4095;

  /** Bytes of an extended attribute's value: the kernel's XATTR_SIZE_MAX. */
  public static final int XATTR_VALUE = 64 << 10;

  /** Bytes of an extended attribute's name: the kernel's XATTR_NAME_MAX. */
  public static final int XATTR_NAME = 255;

  /** Extents of one sparse file. */
  public static final int EXTENTS = 100_000;

  private TarLimits() {}
}
