package stowage.chunk;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import stowage.store.Disk;
import stowage.store.Publish;

/**
 * This process's own part of a store: a folder for what it writes and has not named yet, and a
 * lease that tells others that it lives.
 */
final class Session implements AutoCloseable {
  static final String FOLDER = "sessions";
  private static final String LEASE = "session-";

  private final Disk disk;
  private final String id;
  private final Peers.Lease lease;
  private final Publish publish;
  private final AtomicInteger packs = new AtomicInteger();

  private Session(Disk disk, String id, Peers.Lease lease) {
    this.disk = disk;
    this.id = id;
    this.lease = lease;
    publish = Publish.in(disk, FOLDER + "/" + id);
  }

  static Session open(Disk disk, Peers peers) {
    // Random only so that two never share one; the first of a crash's ids may be there still.
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return peers
        .lease(LEASE + id)
        .map(lease -> new Session(disk, id, lease))
        .orElseThrow(() -> new AssertionError("2^64 ids, and one came twice"));
  }

  Publish publish() {
    return publish;
  }

  /** A new pack with a name of its own. */
  PackWriter newPack() {
    return new PackWriter(publish, "%s-%06d".formatted(id, packs.incrementAndGet()));
  }

  /** Removes what processes that are gone left: nobody names it. */
  static void removeLeft(Disk disk, Peers peers) {
    try {
      for (String id : disk.list(FOLDER)) {
        var lease = peers.lease(LEASE + id); // empty: it lives, or another removes it
        if (lease.isPresent()) {
          try (var held = lease.get()) {
            assert held != null;
            disk.removeTree(FOLDER + "/" + id);
          }
        }
      }
    } catch (IOException e) {
      throw Disk.failure("remove what other processes left", e);
    }
  }

  @Override
  public void close() {
    try {
      disk.removeTree(FOLDER + "/" + id);
    } catch (IOException e) {
      System.getLogger("stowage.chunk")
          .log(Level.WARNING, "session.left id={0} error={1}", id, e.getMessage());
    } finally {
      lease.close();
    }
  }
}
