package stowage.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One bit for each block of a layer: whether the layer holds it. Bits are only ever set. Beside
 * each stands whether it is fresh: set since the bits were last taken for the log.
 *
 * <p>Memory is taken a page at a time, where bits are: a bit and its fresh one for each block of a
 * page of 32768 blocks. Any thread may call at any time.
 *
 * <p>Whoever sees a bit set may rely on a flush that begins after it to log it: therefore it is
 * made fresh before it is set.
 */
final class BlockBits {
  private static final int WORDS = 512; // of a page
  private static final int WORD_SHIFT = 6;
  private static final int PAGE_SHIFT = 15; // blocks
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(Page[].class);

  private static final class Page {
    final long[] present = new long[WORDS];
    final long[] fresh = new long[WORDS];
    volatile boolean isFresh;
  }

  /** Takes words of fresh bits. */
  interface Sink {
    void word(int index, long bits);
  }

  private volatile Page[] pages;

  /** All clear, for that many blocks. */
  BlockBits(long blocks) {
    pages = new Page[pageCount(blocks)];
  }

  private static int pageCount(long blocks) {
    return Math.toIntExact((blocks + (1L << PAGE_SHIFT) - 1) >> PAGE_SHIFT);
  }

  /** Makes room for more blocks. */
  synchronized void grow(long blocks) {
    int count = pageCount(blocks);
    if (count > pages.length) {
      pages = Arrays.copyOf(pages, count);
    }
  }

  boolean get(long block) {
    Page page = page(block);
    return page != null && (word(page, block) >>> block & 1) != 0;
  }

  /** Whether all of {@code [from, to)} are set. */
  boolean all(long from, long to) {
    return run(from, to) >= to - from;
  }

  /**
   * How far the bits from {@code from} on are the same, up to {@code end}: a positive count of bits
   * that are set, or a negative one of bits that are not.
   */
  long run(long from, long end) {
    Page page = page(from);
    boolean set = page != null && (word(page, from) >>> from & 1) != 0;
    long at = from;
    while (at < end) {
      page = page(at);
      if (page == null) {
        if (set) {
          break;
        }
        at = ((at >> PAGE_SHIFT) + 1) << PAGE_SHIFT;
        continue;
      }
      long word = word(page, at);
      long others = (set ? ~word : word) >>> at; // shifts by at % 64
      if (others != 0) {
        at += Long.numberOfTrailingZeros(others);
        break;
      }
      at = ((at >> WORD_SHIFT) + 1) << WORD_SHIFT;
    }
    // Another thread may have set the first bit between the two looks at it.
    long count = Math.max(1, Math.min(at, end) - from);
    return set ? count : -count;
  }

  private Page page(long block) {
    Page[] now = pages;
    int index = (int) (block >> PAGE_SHIFT);
    return index < now.length ? at(now, index) : null;
  }

  private static Page at(Page[] pages, int index) {
    return (Page) PAGE.getAcquire(pages, index);
  }

  private static long word(Page page, long block) {
    return (long) WORD.getAcquire(page.present, (int) (block >> WORD_SHIFT) & (WORDS - 1));
  }

  /** Sets {@code [from, to)}, and makes fresh what was clear. */
  void set(long from, long to) {
    for (long at = from; at < to; ) {
      long next = Math.min(to, ((at >> WORD_SHIFT) + 1) << WORD_SHIFT);
      long mask = -1L << at & -1L >>> -next;
      Page page = pageToSet((int) (at >> PAGE_SHIFT));
      int index = (int) (at >> WORD_SHIFT) & (WORDS - 1);
      long clear = mask & ~(long) WORD.getAcquire(page.present, index);
      if (clear != 0) {
        WORD.getAndBitwiseOr(page.fresh, index, clear);
        page.isFresh = true;
        WORD.getAndBitwiseOr(page.present, index, clear);
      }
      at = next;
    }
  }

  /** Sets bits of one word that are in the log already. */
  void load(int index, long bits) {
    Page page = pageToSet(index >> (PAGE_SHIFT - WORD_SHIFT));
    WORD.getAndBitwiseOr(page.present, index & (WORDS - 1), bits);
  }

  /** Makes bits fresh again that were taken and could not be logged. */
  void putBack(int index, long bits) {
    Page page = pageToSet(index >> (PAGE_SHIFT - WORD_SHIFT));
    WORD.getAndBitwiseOr(page.fresh, index & (WORDS - 1), bits);
    page.isFresh = true;
  }

  private Page pageToSet(int index) {
    Page page = at(pages, index);
    return page != null ? page : makePage(index);
  }

  private synchronized Page makePage(int index) {
    Page page = pages[index];
    if (page == null) {
      page = new Page();
      PAGE.setRelease(pages, index, page);
    }
    return page;
  }

  /** Hands over all fresh bits, which then are fresh no more. */
  void takeFresh(Sink to) {
    Page[] now = pages;
    for (int i = 0; i < now.length; i++) {
      Page page = at(now, i);
      if (page == null || !page.isFresh) {
        continue;
      }
      page.isFresh = false;
      for (int word = 0; word < WORDS; word++) {
        if ((long) WORD.getAcquire(page.fresh, word) != 0) {
          to.word(i * WORDS + word, (long) WORD.getAndSet(page.fresh, word, 0L));
        }
      }
    }
  }

  /** Hands over all words with bits set. */
  void forEach(Sink to) {
    Page[] now = pages;
    for (int i = 0; i < now.length; i++) {
      Page page = at(now, i);
      if (page != null) {
        for (int word = 0; word < WORDS; word++) {
          long bits = (long) WORD.getAcquire(page.present, word);
          if (bits != 0) {
            to.word(i * WORDS + word, bits);
          }
        }
      }
    }
  }

  /** How many bits are set. */
  long count() {
    var count = new long[1];
    forEach((index, bits) -> count[0] += Long.bitCount(bits));
    return count[0];
  }
}
