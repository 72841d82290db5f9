package stowage.oci;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One entry of a tar as its headers describe it, whatever dialect they are in; nothing of it is
 * resolved or made safe yet.
 *
 * @param name byte string, as given: may have "./", a leading or trailing slash, "..";
 *     {@link LayerPath#normalise} makes it safe. At most {@link TarLimits#PATH} bytes, each part at
 *     most {@link TarLimits#COMPONENT}, never empty, never with a NUL
 * @param type what it is; dialects' spellings of a regular file are all {@link Type#FILE}
 * @param mode permission bits with setuid, setgid and sticky: 0 to 07777
 * @param uid owner, 0 to 2^32-2
 * @param gid group, 0 to 2^32-2
 * @param size bytes of the file as a reader sees it, holes included; 0 unless a {@code FILE}
 * @param dataOffset where its data starts, in bytes from the start of the uncompressed stream; a
 *     multiple of 512
 * @param dataSize bytes of data in the stream; equals {@code size} unless the file is sparse
 * @param mtimeSeconds seconds since 1970, may be negative
 * @param mtimeNanos 0 to 999,999,999, added to the seconds
 * @param link byte string: a symlink's target untouched, or a hard link's as given ({@link
 *     LayerPath#normalise} applies); empty for other types
 * @param xattrs names and values, byte strings, in the order written; control attributes of
 *     overlayfs included ({@link LayerPath#isControlXattr})
 * @param deviceMajor 0 unless a device
 * @param deviceMinor 0 unless a device
 * @param extents a sparse file's data, ascending, not touching the holes: the extents' bytes follow
 *     each other at {@code dataOffset}; empty if not sparse, or nothing but a hole
 */
public record TarEntry(
    String name,
    Type type,
    int mode,
    long uid,
    long gid,
    long size,
    long dataOffset,
    long dataSize,
    long mtimeSeconds,
    int mtimeNanos,
    String link,
    Map<String, String> xattrs,
    int deviceMajor,
    int deviceMinor,
    List<Extent> extents) {

  public TarEntry {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(link);
    Objects.requireNonNull(xattrs);
    Objects.requireNonNull(extents);
    assert size >= 0 && dataSize >= 0 && dataOffset >= 0 && mtimeNanos >= 0;
  }

  /** What an entry is. */
  public enum Type {
    FILE,
    HARD_LINK,
    SYMLINK,
    DIRECTORY,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO
  }

  /**
   * A run of a sparse file that has data.
   *
   * @param offset in the file, in bytes
   * @param size bytes, may be 0
   */
  public record Extent(long offset, long size) {}

  /** A regular file of root's, its mtime in whole seconds, nothing else said. */
  public static TarEntry file(String name, int mode, long size, long mtimeSeconds) {
    return new TarEntry(
        name, Type.FILE, mode, 0, 0, size, 0, size, mtimeSeconds, 0, "", Map.of(), 0, 0,
        List.of());
  }

  /** A directory of root's, its mtime in whole seconds, nothing else said. */
  public static TarEntry directory(String name, int mode, long mtimeSeconds) {
    return new TarEntry(
        name, Type.DIRECTORY, mode, 0, 0, 0, 0, 0, mtimeSeconds, 0, "", Map.of(), 0, 0, List.of());
  }

  /** A symlink of root's, its mtime in whole seconds. */
  public static TarEntry symlink(String name, String target, long mtimeSeconds) {
    return new TarEntry(
        name, Type.SYMLINK, 0777, 0, 0, 0, 0, 0, mtimeSeconds, 0, target, Map.of(), 0, 0,
        List.of());
  }

  /** The same under another name. */
  public TarEntry withName(String newName) {
    return new TarEntry(
        newName, type, mode, uid, gid, size, dataOffset, dataSize, mtimeSeconds, mtimeNanos, link,
        xattrs, deviceMajor, deviceMinor, extents);
  }

  /** The same of another owner. */
  public TarEntry withOwner(long newUid, long newGid) {
    return new TarEntry(
        name, type, mode, newUid, newGid, size, dataOffset, dataSize, mtimeSeconds, mtimeNanos,
        link, xattrs, deviceMajor, deviceMinor, extents);
  }

  /** Whether the file's data is not its stored bytes as they are. */
  public boolean isSparse() {
    return size != dataSize || !extents.isEmpty();
  }

  /** The name for people: in quotes, odd characters escaped, cut when very long. */
  public String displayName() {
    return TarText.display(name);
  }
}
