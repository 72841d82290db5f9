package stowage.layer;

import static stowage.layer.ErofsFormat.BLOCK;
import static stowage.layer.ErofsFormat.COMPACT;
import static stowage.layer.ErofsFormat.EXTENDED;
import static stowage.layer.ErofsFormat.SLOT;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import stowage.base.StowageException.LimitExceeded;
import stowage.layer.Inode.CopiedFile;
import stowage.layer.Inode.Directory;
import stowage.layer.Inode.LowerLink;
import stowage.layer.Inode.Special;
import stowage.layer.Inode.Symlink;
import stowage.layer.Inode.TarFile;

/**
 * Where everything of an index goes, found before its first byte is written, so that it is written
 * from start to end.
 *
 * <pre>
 *   superblock, device slot | inodes, with what fits of directories and symlinks inside
 *     | the other blocks of directories and symlinks | copied files || the tar
 * </pre>
 *
 * <p>The inodes of a directory's children lie together in the order of their names, since that is
 * how they are asked for.
 */
final class ErofsLayout {
  /** Bytes of a layer's copied files together, holes included. */
  static final long COPIED_MAX = 1L << 40;

  private final List<Inode> inodes = new ArrayList<>();
  private final List<Inode> outside = new ArrayList<>();
  private final List<CopiedFile> copied = new ArrayList<>();
  private long commonSeconds;
  private int commonNanos;
  private long contentBytes;
  private final long inodesEnd;
  private final long blocks;

  ErofsLayout(Directory root, long tarBytes) {
    forget(root);
    gather(root);
    vote();
    long end = ErofsFormat.INODES_OFFSET;
    for (var inode : inodes) {
      end = place(inode, end);
    }
    inodesEnd = ErofsFormat.padded(end);
    blocks = placeBlocks(ErofsFormat.blocks(end));
    if (blocks + ErofsFormat.blocks(tarBytes) > ErofsFormat.BLOCKS_MAX) {
      throw new LimitExceeded("layer: larger than 2 TiB", null);
    }
  }

  /** Every inode once, in the order of their positions; the root first. */
  List<Inode> inodes() {
    return inodes;
  }

  /** Directories and symlinks with blocks outside their inode, in the order of those. */
  List<Inode> outside() {
    return outside;
  }

  List<CopiedFile> copied() {
    return copied;
  }

  /** Where the blocks start, in bytes. */
  long inodesEnd() {
    return inodesEnd;
  }

  /** Blocks of the index: the address at which the tar starts. */
  long blocks() {
    return blocks;
  }

  /** Sum of the files' sizes, each file once. */
  long contentBytes() {
    return contentBytes;
  }

  /** The mtime that compact inodes have. */
  long commonSeconds() {
    return commonSeconds;
  }

  int commonNanos() {
    return commonNanos;
  }

  /** Whether an inode needs the larger form. */
  boolean isExtended(Inode inode) {
    var attributes = inode.attributes();
    return !attributes.isModified(commonSeconds, commonNanos)
        || (attributes.uid() | attributes.gid()) >>> 16 != 0
        || inode.size() >>> 32 != 0
        || links(inode) > 0xffff;
  }

  /** What stat tells as the number of links. */
  static int links(Inode inode) {
    if (!(inode instanceof Directory directory)) {
      return inode.names;
    }
    int links = 2;
    for (var child : directory.children.values()) {
      links += child instanceof Directory ? 1 : 0;
    }
    return links;
  }

  /** A tree may have been laid out before. */
  private static void forget(Directory root) {
    var todo = new ArrayDeque<Directory>();
    todo.push(root);
    while (!todo.isEmpty()) {
      for (var child : todo.pop().children.values()) {
        child.position = 0;
        child.block = 0;
        if (child instanceof Directory directory) {
          todo.push(directory);
        }
      }
    }
    root.block = 0;
  }

  private void gather(Directory root) {
    root.position = SLOT; // seen; the place comes later
    inodes.add(root);
    var todo = new ArrayDeque<Directory>();
    todo.push(root);
    var subs = new ArrayDeque<Directory>();
    while (!todo.isEmpty()) {
      var directory = todo.pop();
      for (var child : directory.children.values()) {
        if (child.position == 0 && !(child instanceof LowerLink)) {
          child.position = SLOT;
          inodes.add(child);
          contentBytes += child.kind() == Inode.FILE ? child.size() : 0;
        }
      }
      for (var child : directory.children.values()) {
        if (child instanceof Directory below) {
          subs.push(below);
        }
      }
      while (!subs.isEmpty()) {
        todo.push(subs.pop()); // the first comes next
      }
    }
  }

  /** Finds the mtime most inodes have, if most have one (Boyer and Moore's vote). */
  private void vote() {
    long count = 0;
    for (var inode : inodes) {
      var attributes = inode.attributes();
      if (count == 0) {
        commonSeconds = attributes.mtimeSeconds();
        commonNanos = attributes.mtimeNanos();
      }
      count += attributes.isModified(commonSeconds, commonNanos) ? 1 : -1;
    }
  }

  /** Gives an inode its position at or a little after {@code end}; answers the new end. */
  private long place(Inode inode, long end) {
    int head = (isExtended(inode) ? EXTENDED : COMPACT) + inode.attributes().xattrs().length;
    long at = end + SLOT - 1 & -SLOT;
    int tail =
        switch (inode) {
          case Directory directory -> {
            directory.dataSize = new DirectoryBlocks(directory).size();
            yield (int) ((directory.dataSize - 1) % BLOCK) + 1;
          }
          case Symlink symlink -> (int) Math.min(symlink.size(), BLOCK);
          case TarFile _, CopiedFile _, Special _, LowerLink _ -> 0;
        };
    // The kernel wants the tail in one block. What does not fit behind its inode here may do so
    // where a block starts; what fits nowhere becomes a block of its own.
    inode.isInline = tail > 0 && head % BLOCK + tail <= BLOCK;
    if (inode.isInline && (at + head) % BLOCK + tail > BLOCK) {
      at = ErofsFormat.padded(at);
    }
    inode.position = at;
    return at + head + (inode.isInline ? tail : 0);
  }

  private long placeBlocks(long from) {
    long next = from;
    long copiedBytes = 0;
    for (var inode : inodes) {
      int count = outsideBlocks(inode);
      if (count > 0) {
        inode.block = next;
        outside.add(inode);
        next += count;
      }
      if (inode instanceof CopiedFile file) {
        copied.add(file);
        copiedBytes += file.size();
        if (file.size() > COPIED_MAX || copiedBytes > COPIED_MAX) {
          throw new LimitExceeded("layer: its sparse files are larger than 1 TiB together", null);
        }
      }
    }
    for (var file : copied) {
      file.block = next;
      next += ErofsFormat.blocks(file.size());
    }
    return next;
  }

  /** Blocks of a directory or symlink that are not inside its inode's. */
  private static int outsideBlocks(Inode inode) {
    return switch (inode) {
      case Directory directory ->
          (int) ErofsFormat.blocks(directory.dataSize) - (directory.isInline ? 1 : 0);
      case Symlink symlink -> symlink.isInline ? 0 : (int) ErofsFormat.blocks(symlink.size());
      case TarFile _, CopiedFile _, Special _, LowerLink _ -> 0;
    };
  }
}
