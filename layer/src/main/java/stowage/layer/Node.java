package stowage.layer;

import java.util.Map;

/**
 * One file, directory, link or device in a {@link Tree}, as it stood when it was read.
 *
 * @param path absolute inside the tree, without a trailing slash except for the root itself; a byte
 *     string
 * @param mode permission bits with setuid, setgid and sticky, without the kind
 * @param target where a symlink points, a byte string; empty for everything else
 * @param xattrs name to value, both byte strings; never overlayfs's own
 */
public record Node(
    String path,
    Kind kind,
    int mode,
    int uid,
    int gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    int deviceMajor,
    int deviceMinor,
    String target,
    Map<String, String> xattrs) {
  /** What it is. */
  public enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    SOCKET
  }

  /** The last component of the path; empty for the root. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
