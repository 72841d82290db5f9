package stowage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A {@link RandomFile} in memory whose crashes can be looked at: of every sector it knows what is
 * durable and what was written since, and a crash picks one of these for each sector by itself.
 */
final class SimFile implements RandomFile {
  static final int SECTOR = 512;
  private static final byte[] ZERO = new byte[SECTOR];

  /** What a crash does to what was not synced. */
  enum Fate {
    KEPT,
    LOST,
    MIXED
  }

  /** Called at each call that a crash may come before or after. */
  interface Watch {
    void at(String operation);
  }

  private final TreeMap<Long, byte[]> sectors = new TreeMap<>();
  private final Map<Long, List<byte[]>> versions = new HashMap<>();
  private final List<Long> sizes = new ArrayList<>();
  private long size;
  private final Faults faults;
  private final Watch watch;

  SimFile(long size, Faults faults, Watch watch) {
    this.size = size;
    this.faults = faults;
    this.watch = watch;
  }

  static SimFile quiet(long size) {
    return new SimFile(size, new Faults(new Random(0)), operation -> {});
  }

  /** What another machine finds after the power failed now. */
  synchronized SimFile crashed(Random random, Fate fate, Faults faults, Watch watch) {
    var after = new SimFile(pick(sizes, size, random, fate), faults, watch);
    for (var sector : sectors.entrySet()) {
      after.sectors.put(sector.getKey(), sector.getValue());
    }
    versions.forEach(
        (sector, older) -> {
          byte[] bytes = pick(older, sectors.getOrDefault(sector, ZERO), random, fate);
          if (bytes == ZERO) {
            after.sectors.remove(sector);
          } else {
            after.sectors.put(sector, bytes);
          }
        });
    after.sectors.tailMap((after.size + SECTOR - 1) / SECTOR, true).clear();
    after.zeroPastEnd();
    return after;
  }

  private static <T> T pick(List<T> older, T now, Random random, Fate fate) {
    return switch (fate) {
      case KEPT -> now;
      case LOST -> older.isEmpty() ? now : older.getFirst();
      case MIXED -> {
        int n = random.nextInt(older.size() + 1);
        yield n == older.size() ? now : older.get(n);
      }
    };
  }

  private void zeroPastEnd() {
    int inside = (int) (size % SECTOR);
    byte[] last = sectors.get(size / SECTOR);
    if (inside > 0 && last != null) {
      byte[] cut = last.clone();
      java.util.Arrays.fill(cut, inside, SECTOR, (byte) 0);
      sectors.put(size / SECTOR, cut);
    }
  }

  @Override
  public synchronized void read(long offset, ByteBuffer target) throws IOException {
    faults.maybeFail("read");
    while (target.hasRemaining()) {
      int inside = (int) (offset % SECTOR);
      int length = Math.min(target.remaining(), SECTOR - inside);
      target.put(sectors.getOrDefault(offset / SECTOR, ZERO), inside, length);
      offset += length;
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    watch.at("write");
    synchronized (this) {
      while (source.hasRemaining()) {
        faults.maybeFail("write"); // between sectors too: a write may end half way
        int inside = (int) (offset % SECTOR);
        int length = Math.min(source.remaining(), SECTOR - inside);
        byte[] bytes = sectors.getOrDefault(offset / SECTOR, ZERO).clone();
        source.get(bytes, inside, length);
        put(offset / SECTOR, bytes);
        offset += length;
        if (offset > size) {
          sizes.add(size);
          size = offset;
        }
      }
    }
  }

  private void put(long sector, byte[] bytes) {
    versions
        .computeIfAbsent(sector, s -> new ArrayList<>())
        .add(sectors.getOrDefault(sector, ZERO));
    if (bytes == ZERO) {
      sectors.remove(sector);
    } else {
      sectors.put(sector, bytes);
    }
  }

  @Override
  public void punch(long offset, long length) throws IOException {
    watch.at("punch");
    clear(offset, length, "punch");
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    watch.at("zero");
    clear(offset, length, "zero");
  }

  private synchronized void clear(long offset, long length, String what) throws IOException {
    assert offset % SECTOR == 0 && length % SECTOR == 0;
    faults.maybeFail(what);
    for (long sector = offset / SECTOR; sector < (offset + length) / SECTOR; sector++) {
      if (sectors.containsKey(sector)) {
        put(sector, ZERO);
      }
    }
  }

  @Override
  public void sync() throws IOException {
    watch.at("before sync");
    synchronized (this) {
      faults.maybeFail("sync");
      versions.clear();
      sizes.clear();
    }
    watch.at("after sync");
  }

  @Override
  public synchronized long size() {
    return size;
  }

  @Override
  public synchronized void resize(long to) throws IOException {
    faults.maybeFail("resize");
    sizes.add(size);
    for (long sector : List.copyOf(sectors.tailMap((to + SECTOR - 1) / SECTOR, true).keySet())) {
      put(sector, ZERO);
    }
    size = to;
    zeroPastEnd();
  }

  @Override
  public synchronized long data(long from, long end) {
    if (sectors.containsKey(from / SECTOR)) {
      return from;
    }
    Long next = sectors.higherKey(from / SECTOR);
    return next == null ? end : Math.min(end, next * SECTOR);
  }

  @Override
  public synchronized long hole(long from, long end) {
    long at = from;
    while (at < end && sectors.containsKey(at / SECTOR)) {
      at = (at / SECTOR + 1) * SECTOR;
    }
    return Math.min(at, end);
  }

  @Override
  public synchronized long allocated() {
    return (long) sectors.size() * SECTOR;
  }

  @Override
  public void close() {}
}
