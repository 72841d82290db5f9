package stowage.oci;

import java.util.Arrays;
import java.util.function.Consumer;
import stowage.base.StowageException;

/**
 * A tar's headers, read from a stream that is pushed through piece by piece and hashed or written
 * elsewhere at the same time. Data is counted, not kept.
 *
 * <p>Understands v7, ustar, star, GNU (long names and links, old sparse) and PAX (sparse 0.0, 0.1
 * and 1.0), numbers in octal and base 256, checksums of signed and unsigned bytes. Where readers
 * differ it takes Go's reading, which is Docker's: a hard link's, directory's or device's size
 * means no data, a GNU long name goes before a PAX path, one zero block may be the end but not be
 * followed by anything else, and the end blocks may be missing after a whole entry. What follows
 * them is never looked at. Not safe for several threads.
 */
public final class TarParser {
  private static final int BLOCK = TarHeader.BLOCK;

  private enum Stage {
    HEADER,
    EXTENDED,
    SPARSE_GNU,
    SPARSE_TEXT,
    END
  }

  private final byte[] block = new byte[BLOCK];
  private final TarDraft draft = new TarDraft();
  private Stage stage = Stage.HEADER;
  private int filled; // bytes of block
  private long position; // in the stream, of the next byte
  private long skip; // data and padding up to the next header
  private long linkData; // what a hard link claims to have, as long as we may have to believe it
  private boolean zeroSeen;
  private PaxHeader global;
  private TarEntry ready;
  private String last = ""; // the entry last handed over, or being read
  private byte[] extended = new byte[4 * BLOCK];
  private int extendedFilled;
  private int extendedSize;
  private byte extendedFlag;

  /** Reads from the start of a tar. */
  public TarParser() {}

  /**
   * Takes the stream's next bytes, {@code bytes[from, to)}, and hands over each entry whose headers
   * are complete, before its data has been seen. Nothing of {@code bytes} is kept.
   *
   * @throws StowageException.Corrupt with the entry's name and what is wrong; the parser is then of
   *     no further use
   */
  public void feed(byte[] bytes, int from, int to, Consumer<TarEntry> entries) {
    int at = from;
    while (at < to || ready != null) {
      at = step(bytes, at, to);
      TarEntry entry = take();
      if (entry != null) {
        entries.accept(entry);
      }
    }
  }

  /** Takes bytes until an entry is complete or they are used up; gives where it stopped. */
  int step(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && ready == null) {
      if (stage == Stage.END) {
        position += to - at;
        return to;
      }
      if (skip > 0) {
        int n = (int) Math.min(skip, to - at);
        skipped(n);
        at += n;
      } else if (stage == Stage.EXTENDED) {
        at = collect(bytes, at, to);
      } else if (filled == 0 && to - at >= BLOCK) {
        position += BLOCK;
        block(bytes, at);
        at += BLOCK;
      } else {
        at = fill(bytes, at, to);
      }
    }
    return at;
  }

  /** The entry {@link #step} completed, once; null if it did not. */
  TarEntry take() {
    TarEntry entry = ready;
    ready = null;
    return entry;
  }

  /** Says that {@code count} bytes of the entry's data went elsewhere. */
  void skipped(long count) {
    assert count <= skip;
    position += count;
    skip -= count;
  }

  private int fill(byte[] bytes, int from, int to) {
    int n = Math.min(BLOCK - filled, to - from);
    System.arraycopy(bytes, from, block, filled, n);
    filled += n;
    position += n;
    if (filled == BLOCK) {
      filled = 0;
      block(block, 0);
    }
    return from + n;
  }

  private void block(byte[] b, int at) {
    switch (stage) {
      case HEADER -> header(b, at);
      case SPARSE_GNU -> {
        if (!draft.sparse().extension(b, at)) {
          entry();
        }
      }
      case SPARSE_TEXT -> {
        draft.sparseBlock();
        if (!draft.sparse().text(b, at)) {
          entry();
        }
      }
      case EXTENDED, END -> throw new AssertionError("no blocks in " + stage);
    }
  }

  private void header(byte[] b, int at) {
    int sum = TarHeader.sum(b, at);
    if (sum == 0) {
      zeroBlock();
      return;
    }
    if (zeroSeen) {
      throw refuse("one block of zeroes after it, then something else");
    }
    if (!TarHeader.isSound(b, at, sum)) {
      if (linkData == 0) {
        throw badHeader(b, at);
      }
      // No header follows the hard link, so it has the data it claims: pax -o linkdata, star.
      skip = linkData - BLOCK;
      linkData = 0;
      return;
    }
    linkData = 0;
    switch (TarHeader.flag(b, at)) {
      case 'x', 'X', 'g', 'L', 'K' -> extended(b, at);
      case 'V' -> { // a volume's label: not a file
        last = TarHeader.name(b, at);
        skip = padded(TarHeader.size(b, at, last), last);
      }
      default -> own(b, at);
    }
  }

  private void zeroBlock() {
    if (draft.isBegun()) {
      throw refuse("an extended header without its entry");
    }
    if (zeroSeen) {
      stage = Stage.END;
    }
    zeroSeen = true;
  }

  private StowageException.Corrupt badHeader(byte[] b, int at) {
    if (position == BLOCK) {
      return new StowageException.Corrupt("not a tar: the first header's checksum is wrong", null);
    }
    return TarText.refuse(
        TarHeader.name(b, at),
        "a bad checksum in its header at byte %d, after %s"
            .formatted(position - BLOCK, TarText.display(last)));
  }

  private void extended(byte[] b, int at) {
    last = TarHeader.name(b, at);
    long size = TarHeader.size(b, at, last);
    if (size < 0 || size > TarLimits.EXTENDED_HEADER) {
      throw refuse(
          "an extended header of %d bytes; the limit is %d"
              .formatted(size, TarLimits.EXTENDED_HEADER));
    }
    extendedFlag = TarHeader.flag(b, at);
    extendedSize = (int) size;
    extendedFilled = 0;
    stage = Stage.EXTENDED;
    if (size == 0) {
      extendedDone();
    }
  }

  private int collect(byte[] bytes, int from, int to) {
    int n = Math.min(extendedSize - extendedFilled, to - from);
    int needed = extendedFilled + n; // grows with what has come, never with what is claimed
    if (needed > extended.length) {
      extended = Arrays.copyOf(extended, Math.max(needed, 2 * extended.length));
    }
    System.arraycopy(bytes, from, extended, extendedFilled, n);
    extendedFilled = needed;
    position += n;
    if (needed == extendedSize) {
      skip = padded(extendedSize, last) - extendedSize;
      extendedDone();
    }
    return from + n;
  }

  private void extendedDone() {
    stage = Stage.HEADER;
    switch (extendedFlag) {
      case 'L' -> draft.longName = TarHeader.text(extended, 0, extendedSize);
      case 'K' -> draft.longLink = TarHeader.text(extended, 0, extendedSize);
      case 'g' -> {
        var header = new PaxHeader(global, last);
        header.readGlobal(extended, extendedSize);
        global = header;
      }
      default -> {
        draft.pax = new PaxHeader(global, last);
        draft.pax.read(extended, extendedSize);
      }
    }
  }

  private void own(byte[] b, int at) {
    draft.read(b, at, global);
    last = draft.name();
    if (draft.readSparse(b, at)) {
      stage = TarHeader.flag(b, at) == 'S' ? Stage.SPARSE_GNU : Stage.SPARSE_TEXT;
    } else {
      entry();
    }
  }

  private void entry() {
    stage = Stage.HEADER;
    ready = draft.entry(position);
    switch (draft.type()) {
      case FILE -> skip = padded(draft.stored(), last);
      case HARD_LINK -> linkData = padded(draft.stored(), last);
      case DIRECTORY, SYMLINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {}
    }
    draft.clear();
  }

  private long padded(long size, String entry) {
    if (size < 0 || size > Long.MAX_VALUE - position - BLOCK) {
      throw TarText.refuse(entry, "a size of %d bytes is none".formatted(size));
    }
    return (size + BLOCK - 1) / BLOCK * BLOCK;
  }

  /**
   * Says that the stream is at its end.
   *
   * @throws StowageException.Corrupt with the last entry's name, if it is truncated
   */
  public void end() {
    if (stage == Stage.END) {
      return;
    }
    if (skip > 0) {
      throw refuse("truncated: %d bytes of it and its padding are missing".formatted(skip));
    }
    if (filled > 0) {
      throw refuse("truncated: the stream ends in the middle of the next header");
    }
    if (stage != Stage.HEADER || draft.isBegun()) {
      throw refuse("truncated: the stream ends in the middle of its headers");
    }
  }

  /** Whether the end blocks have been seen: what is fed from here on is not looked at. */
  public boolean isAtEnd() {
    return stage == Stage.END;
  }

  /** Bytes fed so far. */
  public long position() {
    return position;
  }

  private StowageException.Corrupt refuse(String wrong) {
    if (position <= BLOCK && last.isEmpty()) {
      return new StowageException.Corrupt("not a tar: " + wrong, null);
    }
    return TarText.refuse(last, wrong);
  }
}
