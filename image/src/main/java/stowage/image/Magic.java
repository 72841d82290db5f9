package stowage.image;

/** The first bytes of compressed streams. */
final class Magic {
  /** How many bytes it takes to tell. */
  static final int LENGTH = 4;

  private Magic() {}

  static boolean isGzip(byte[] head) {
    return head.length >= 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b;
  }

  /** Also a skippable frame, with which a zstd stream may begin. */
  static boolean isZstd(byte[] head) {
    if (head.length < LENGTH) {
      return false;
    }
    int magic =
        head[0] & 0xff | (head[1] & 0xff) << 8 | (head[2] & 0xff) << 16 | (head[3] & 0xff) << 24;
    return magic == 0xfd2f_b528 || (magic & 0xffff_fff0) == 0x184d_2a50;
  }
}
