package stowage.layer;

import java.util.HashMap;
import stowage.base.StowageException.Corrupt;
import stowage.layer.Inode.CopiedFile;
import stowage.layer.Inode.Special;
import stowage.layer.Inode.Symlink;
import stowage.layer.Inode.TarFile;
import stowage.oci.LayerPath;
import stowage.oci.TarEntry;
import stowage.oci.Whiteout;

/**
 * Turns a tar's entries into a {@link LayerTree}. What a layer's author has no business to say is
 * not taken over: overlayfs's own xattrs are dropped, the character device 0/0, which is a whiteout
 * to overlayfs, is refused.
 */
final class TreeBuilder {
  private static final int MAJOR_MAX = 0xfff;
  private static final int MINOR_MAX = 0xfffff;

  private final LayerTree tree = new LayerTree();
  private final Bytes tar;

  /** Builds a tree whose sparse files will be read from {@code tar} when the index is written. */
  TreeBuilder(Bytes tar) {
    this.tar = tar;
  }

  LayerTree tree() {
    return tree;
  }

  /** Takes the next entry. */
  void add(TarEntry entry) {
    var path = LayerPath.normalise(entry.name());
    switch (Whiteout.of(path)) {
      case Whiteout.None _ -> add(path, entry);
      case Whiteout.Removes removes -> tree.whiteout(removes.path());
      case Whiteout.Opaque opaque -> tree.opaque(opaque.directory());
      case Whiteout.Bookkeeping _ -> {
        // Aufs's, and nobody's file.
      }
    }
  }

  private void add(String path, TarEntry entry) {
    switch (entry.type()) {
      case DIRECTORY -> tree.directory(path, attributes(entry));
      case FILE -> tree.put(path, file(entry));
      case HARD_LINK -> tree.link(path, LayerPath.normalise(entry.link()));
      case SYMLINK -> tree.put(path, new Symlink(attributes(entry), entry.link()));
      case CHARACTER_DEVICE -> tree.put(path, device(entry, Inode.CHARACTER_DEVICE));
      case BLOCK_DEVICE -> tree.put(path, device(entry, Inode.BLOCK_DEVICE));
      case FIFO -> tree.put(path, new Special(attributes(entry), Inode.FIFO, 0, 0));
    }
  }

  private Inode file(TarEntry entry) {
    var attributes = attributes(entry);
    return entry.isSparse()
        ? new CopiedFile(attributes, entry.size(), new SparseContent(entry, tar))
        : new TarFile(attributes, entry.size(), entry.dataOffset());
  }

  private static Special device(TarEntry entry, int kind) {
    int major = entry.deviceMajor();
    int minor = entry.deviceMinor();
    if (major < 0 || major > MAJOR_MAX || minor < 0 || minor > MINOR_MAX) {
      throw bad(entry, "device %d:%d, which Linux cannot have".formatted(major, minor));
    }
    if (kind == Inode.CHARACTER_DEVICE && major == 0 && minor == 0) {
      throw bad(entry, "character device 0:0, which would hide files of other layers");
    }
    return new Special(attributes(entry), kind, major, minor);
  }

  private static InodeAttributes attributes(TarEntry entry) {
    var xattrs = ErofsXattrs.NONE;
    if (!entry.xattrs().isEmpty()) {
      var taken = new HashMap<>(entry.xattrs());
      taken.keySet().removeIf(LayerPath::isControlXattr);
      xattrs = ErofsXattrs.encode(taken, "layer entry " + entry.displayName());
    }
    return new InodeAttributes(
        entry.mode(),
        (int) entry.uid(),
        (int) entry.gid(),
        entry.mtimeSeconds(),
        entry.mtimeNanos(),
        xattrs);
  }

  private static Corrupt bad(TarEntry entry, String what) {
    return new Corrupt("layer entry " + entry.displayName() + ": " + what, null);
  }
}
