package stowage.container;

import java.time.Instant;

/**
 * What {@code docker cp} asks of a path before it copies.
 *
 * @param name the last part of the path as it was asked for, "/" for the root
 * @param mode a Go os.FileMode, see {@link #goMode}
 * @param linkTarget of a symlink, where it leads inside the container; empty otherwise
 */
public record PathStat(String name, long size, long mode, Instant mtime, String linkTarget) {
  /** Turns st_mode into Go's os.FileMode, whose type bits are other ones. */
  public static long goMode(int mode) {
    long go = mode & 0777;
    go |= (mode & 04000) != 0 ? 1L << 23 : 0;
    go |= (mode & 02000) != 0 ? 1L << 22 : 0;
    go |= (mode & 01000) != 0 ? 1L << 20 : 0;
    return go
        | switch (mode & 0170000) {
          case 0040000 -> 1L << 31; // directory
          case 0120000 -> 1L << 27; // symlink
          case 0060000 -> 1L << 26; // block device
          case 0020000 -> 1L << 26 | 1L << 21; // character device
          case 0010000 -> 1L << 25; // fifo
          case 0140000 -> 1L << 24; // socket
          default -> 0;
        };
  }
}
