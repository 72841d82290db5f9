package stowage.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Unavailable;
import stowage.linux.Io;
import stowage.oci.LayerPath;
import stowage.oci.TarEntry;
import stowage.oci.TarEntry.Type;
import stowage.oci.TarWriter;
import stowage.oci.Whiteout;

/**
 * A layer's tar made of an upper directory: sorted, with whiteouts, without what changes by being
 * looked at; the same bytes for the same files. Sockets are left out, as by every tar.
 */
final class UpperTar {
  private final UpperWalk upper;
  private final Optional<ErofsReader.Stored> rootBelow;
  private final TarWriter tar;

  /** The first name of each file that has several, by inode number. */
  private final Map<Long, String> names = new HashMap<>();

  private UpperTar(UpperWalk upper, Optional<ErofsReader.Stored> rootBelow, OutputStream to) {
    this.upper = upper;
    this.rootBelow = rootBelow;
    tar = new TarWriter(to);
  }

  /** Writes the tar; {@code rootBelow} is the root of the layers below, if there are any. */
  static void write(UpperWalk upper, Optional<ErofsReader.Stored> rootBelow, OutputStream to)
      throws IOException {
    new UpperTar(upper, rootBelow, to).write();
  }

  private void write() throws IOException {
    var root = upper.root();
    if (rootBelow.isPresent() && isAnother(root, rootBelow.get())) {
      tar.add(entry(root, "./", Type.DIRECTORY, ""));
    }
    if (root.isOpaque()) {
      tar.add(marker(Whiteout.OPAQUE));
    }
    upper.visit(this::add);
    tar.close();
  }

  private static boolean isAnother(UpperWalk.Item root, ErofsReader.Stored below) {
    var stat = root.stat();
    return stat.mode() != below.mode() || stat.uid() != below.uid() || stat.gid() != below.gid();
  }

  private void add(UpperWalk.Item item) throws IOException {
    if (item.isWhiteout()) {
      var parent = LayerPath.parent(item.path());
      tar.add(marker(LayerPath.child(parent, Whiteout.PREFIX + LayerPath.name(item.path()))));
      return;
    }
    boolean isDirectory = item.stat().isDirectory();
    if (!isDirectory && item.stat().nlink() > 1) {
      var first = names.putIfAbsent(item.stat().ino(), item.path());
      if (first != null) {
        tar.add(entry(item, item.path(), Type.HARD_LINK, first));
        return;
      }
    }
    switch (item.stat().type()) {
      case DIRECTORY -> {
        tar.add(entry(item, item.path(), Type.DIRECTORY, ""));
        if (item.isOpaque()) {
          tar.add(marker(LayerPath.child(item.path(), Whiteout.OPAQUE)));
        }
      }
      case REGULAR -> file(item);
      case SYMLINK -> tar.add(entry(item, item.path(), Type.SYMLINK, item.target()));
      case FIFO -> tar.add(entry(item, item.path(), Type.FIFO, ""));
      case CHARACTER_DEVICE -> tar.add(entry(item, item.path(), Type.CHARACTER_DEVICE, ""));
      case BLOCK_DEVICE -> tar.add(entry(item, item.path(), Type.BLOCK_DEVICE, ""));
      case SOCKET, UNKNOWN -> {
        // Nobody could use it.
      }
    }
  }

  private void file(UpperWalk.Item item) throws IOException {
    tar.add(entry(item, item.path(), Type.FILE, ""));
    var bytes = new byte[1 << 18];
    try (var fd = upper.openFile(item.path())) {
      for (long at = 0; at < item.stat().size(); ) {
        int wanted = (int) Math.min(bytes.length, item.stat().size() - at);
        int count = Io.pread(fd, ByteBuffer.wrap(bytes, 0, wanted), at);
        if (count <= 0) {
          throw new Unavailable(
              ByteStrings.text(item.path()) + " became shorter while it was read", null);
        }
        tar.write(bytes, 0, count);
        at += count;
      }
    }
  }

  private static TarEntry marker(String path) {
    return new TarEntry(
        path, Type.FILE, 0, 0, 0, 0, 0, 0, 0, 0, "", Map.of(), 0, 0, List.of());
  }

  private static TarEntry entry(UpperWalk.Item item, String path, Type type, String link) {
    var stat = item.stat();
    var xattrs = new LinkedHashMap<>(item.xattrs());
    xattrs.keySet().removeIf(LayerPath::isControlXattr);
    boolean isLink = type == Type.HARD_LINK;
    long size = type == Type.FILE ? stat.size() : 0;
    boolean isDevice = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
    return new TarEntry(
        path,
        type,
        stat.permissions(),
        Integer.toUnsignedLong(stat.uid()),
        Integer.toUnsignedLong(stat.gid()),
        size,
        0,
        size,
        stat.mtimeSec(),
        stat.mtimeNsec(),
        link,
        isLink ? Map.of() : xattrs,
        isDevice ? stat.rdevMajor() : 0,
        isDevice ? stat.rdevMinor() : 0,
        List.of());
  }
}
