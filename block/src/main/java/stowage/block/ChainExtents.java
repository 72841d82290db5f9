package stowage.block;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Walks a chain to say what is data and what a hole, reading nothing. For one use. */
final class ChainExtents {
  /** More are not told apart: the rest is said to be data, which is never wrong. */
  static final int EXTENTS_MAX = 1 << 16;

  private final Chain chain;
  private final List<BlockDevice.Extent> extents = new ArrayList<>();
  private long runLength;
  private boolean runIsHole;

  ChainExtents(Chain chain) {
    this.chain = chain;
  }

  List<BlockDevice.Extent> list(long offset, long length) throws IOException {
    long end = offset + length;
    while (offset < end && extents.size() < EXTENTS_MAX) {
      offset = step(offset, end);
    }
    if (offset < end) {
      add(end - offset, false);
    }
    if (runLength > 0) {
      extents.add(new BlockDevice.Extent(runLength, runIsHole));
    }
    return extents;
  }

  /** Adds what lies in one place; answers its end. */
  private long step(long offset, long end) throws IOException {
    long block = offset >>> CowDevice.SHIFT;
    long endBlock = (end + CowDevice.BLOCK - 1) >>> CowDevice.SHIFT;
    for (Layer layer : chain.layers()) {
      long run = layer.bits().run(block, endBlock);
      if (run > 0) {
        return inFile(layer.file(), offset, Math.min(end, (block + run) << CowDevice.SHIFT));
      }
      endBlock = block - run;
    }
    long to = Math.min(end, endBlock << CowDevice.SHIFT);
    Base base = chain.base();
    if (base == null || Base.chunk(offset) >= base.chunks()) {
      add(to - offset, true);
      return to;
    }
    long chunk = Base.chunk(offset);
    to = Math.min(to, (chunk + 1) << Base.SHIFT);
    if (base.isHere(chunk)) {
      return inFile(base.layer().file(), offset, to);
    }
    add(to - offset, false);
    return to;
  }

  private long inFile(RandomFile file, long from, long to) throws IOException {
    long data = Math.min(to, roundDown(file.data(from, to), from));
    add(data - from, true);
    long hole = data < to ? Math.min(to, roundUp(file.hole(data, to))) : to;
    add(hole - data, false);
    return hole;
  }

  private static long roundDown(long offset, long min) {
    return Math.max(min, offset & -BlockDevice.SECTOR);
  }

  private static long roundUp(long offset) {
    return (offset + BlockDevice.SECTOR - 1) & -BlockDevice.SECTOR;
  }

  private void add(long length, boolean hole) {
    if (length == 0) {
      return;
    }
    if (runLength > 0 && runIsHole != hole) {
      extents.add(new BlockDevice.Extent(runLength, runIsHole));
      runLength = 0;
    }
    runLength += length;
    runIsHole = hole;
  }
}
