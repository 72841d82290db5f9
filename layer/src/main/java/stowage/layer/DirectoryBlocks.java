package stowage.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static stowage.layer.ErofsFormat.BLOCK;
import static stowage.layer.ErofsFormat.DIRENT;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import stowage.layer.Inode.Directory;
import stowage.layer.Inode.LowerLink;

/**
 * A directory as blocks: in each an array of entries (inode number, where the name starts, kind)
 * and behind it their names. Names sort by their bytes through all blocks, the dots among them, so
 * that the kernel finds one by bisection.
 */
final class DirectoryBlocks {
  private final List<String> names = new ArrayList<>();
  private final List<Inode> inodes = new ArrayList<>();

  /** The first entry of each block, and one past the last entry. */
  private final List<Integer> starts = new ArrayList<>();

  private final int lastSize;

  DirectoryBlocks(Directory directory) {
    var sorted = new TreeMap<String, Inode>(directory.children);
    sorted.put(".", directory);
    sorted.put("..", directory.parent);
    int used = 0;
    starts.add(0);
    for (var entry : sorted.entrySet()) {
      if (entry.getValue() instanceof LowerLink) {
        continue; // nothing until the chain is known
      }
      int size = DIRENT + entry.getKey().length();
      if (used + size > BLOCK) {
        starts.add(names.size());
        used = 0;
      }
      used += size;
      names.add(entry.getKey());
      inodes.add(entry.getValue());
    }
    starts.add(names.size());
    lastSize = used;
  }

  int count() {
    return starts.size() - 1;
  }

  /** Bytes that the directory has as a file: whole blocks, and what is used of the last. */
  long size() {
    return (count() - 1L) * BLOCK + lastSize;
  }

  /** Writes one block's entries and names, without what pads it. */
  void write(int block, ByteBuffer to) {
    int from = starts.get(block);
    int end = starts.get(block + 1);
    int nameAt = (end - from) * DIRENT;
    for (int i = from; i < end; i++) {
      to.putLong(inodes.get(i).position / ErofsFormat.SLOT);
      to.putShort((short) nameAt);
      to.put((byte) ErofsFormat.fileType(inodes.get(i).kind())).put((byte) 0);
      nameAt += names.get(i).length();
    }
    for (int i = from; i < end; i++) {
      to.put(names.get(i).getBytes(ISO_8859_1));
    }
  }
}
