package stowage.chunk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where objects are, in 8 bytes each and some free ones: an open hash table of words, each half of
 * it 32 bits of the name, half the number of an index line. A match is a candidate only; the line
 * in the file has the whole name. Any thread.
 */
final class Catalog {
  private static final long FREE = 0;
  private static final long LINE_MAX = 0xffff_ffffL;

  private final Map<String, Long> firstLines = new HashMap<>(); // guarded by this
  private final TreeMap<Long, Pack> packs = new TreeMap<>(); // by first line; guarded by this
  private long[] table = new long[1 << 10]; // guarded by this
  private long used; // guarded by this
  private long gone; // guarded by this
  private long nextLine = 1; // so that no word is FREE; guarded by this

  /** A line of a pack's index, by its number. */
  record Line(Pack pack, int number) {}

  synchronized boolean has(String pack) {
    return firstLines.containsKey(pack);
  }

  synchronized List<Pack> packs() {
    return List.copyOf(packs.values());
  }

  synchronized void add(Pack pack, List<Entry> lines) {
    if (firstLines.containsKey(pack.name())) {
      return;
    }
    if (nextLine + lines.size() > LINE_MAX) {
      throw new AssertionError("2^32 lines since the start");
    }
    reserve(lines.size());
    packs.put(nextLine, pack);
    firstLines.put(pack.name(), nextLine);
    for (var line : lines) {
      insert(line.name().a() & ~LINE_MAX | nextLine++);
    }
    nextLine++; // an empty pack has a number of its own too
  }

  synchronized void remove(String pack) {
    Long first = firstLines.remove(pack);
    if (first != null) {
      gone += packs.remove(first).count();
    }
  }

  synchronized List<Line> candidates(Name name) {
    List<Line> found = List.of();
    int mask = table.length - 1;
    for (int slot = slot(name.a()) & mask; table[slot] != FREE; slot = (slot + 1) & mask) {
      if ((table[slot] ^ name.a()) >>> 32 == 0) {
        var line = line(table[slot] & LINE_MAX);
        if (line != null) {
          found = found.isEmpty() ? new ArrayList<>(2) : found;
          found.add(line);
        }
      }
    }
    return found;
  }

  private Line line(long number) {
    var pack = packs.floorEntry(number);
    if (pack == null || number - pack.getKey() >= pack.getValue().count()) {
      return null; // of a pack that has gone
    }
    return new Line(pack.getValue(), (int) (number - pack.getKey()));
  }

  private static int slot(long word) {
    return (int) (word >>> 32);
  }

  private void insert(long word) {
    int mask = table.length - 1;
    int slot = slot(word) & mask;
    while (table[slot] != FREE) {
      slot = (slot + 1) & mask;
    }
    table[slot] = word;
    used++;
  }

  /** Makes room so that a third stays free. */
  private void reserve(int more) {
    if ((used + more) * 3 <= table.length * 2L) {
      return;
    }
    long[] old = table;
    int size = old.length;
    while ((used - gone + more) * 3 > size * 2L) {
      size *= 2;
    }
    table = new long[size];
    used = 0;
    gone = 0;
    for (long word : old) {
      if (word != FREE && line(word & LINE_MAX) != null) {
        insert(word);
      }
    }
  }
}
