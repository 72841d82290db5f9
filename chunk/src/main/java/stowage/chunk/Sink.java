package stowage.chunk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import stowage.base.StowageException;

/**
 * Where this process's writers put new objects: the pack that is being filled and those that are
 * being sealed. Any thread.
 */
final class Sink {
  private final Session session;
  private final Peers peers;
  private final Packs packs;
  private final long packBytes;
  private final List<Filling> fillings = new ArrayList<>(); // guarded by this; the last is open

  /** A pack from its first object until it is sealed, or lost. */
  final class Filling {
    private final PackWriter pack;
    private boolean isClosed; // guarded by Sink.this
    private volatile StowageException lost; // set once, by who holds Sink.this or this
    private boolean isSealed; // guarded by this

    private Filling() {
      pack = session.newPack();
    }

    /**
     * Makes all that was put here durable.
     *
     * @throws StowageException if it is lost; then this says so each time
     */
    synchronized void seal() {
      if (isSealed) {
        return;
      }
      close(this); // whoever appends has ended, so that what is lost is known
      if (lost != null) {
        throw lost(lost);
      }
      try (pack) {
        var sealed = pack.seal();
        packs.add(sealed, pack.sorted());
        isSealed = true;
      } catch (StowageException e) {
        lost = e;
        throw e;
      } finally {
        forget(this);
      }
      peers.aloneRun(() -> peers.bump(Peers.Counter.PACKS));
    }
  }

  private static StowageException lost(StowageException because) {
    String message = "what was put is lost: " + because.getMessage();
    return because instanceof StowageException.LimitExceeded
        ? new StowageException.LimitExceeded(message, because)
        : new StowageException.Failed(message, because);
  }

  /** Notes that an object is used. */
  interface Recorder {
    void record(Filling filling, int newBytes);
  }

  Sink(Session session, Peers peers, Packs packs, long packBytes) {
    this.session = session;
    this.peers = peers;
    this.packs = packs;
    this.packBytes = packBytes;
  }

  private synchronized void close(Filling filling) {
    filling.isClosed = true;
  }

  private synchronized void forget(Filling filling) {
    fillings.remove(filling);
  }

  /**
   * Looks for an object that is written and not sealed yet.
   *
   * @param recorder is told that nothing is new, before anyone can seal it
   * @return whether it is here
   */
  synchronized boolean join(Name name, Recorder recorder) {
    for (Filling filling : fillings) {
      if (filling.pack.find(name) != null) {
        recorder.record(filling, 0);
        return true;
      }
    }
    return false;
  }

  /**
   * Adds an object, unless it is here.
   *
   * @param recorder is told how many bytes are new, before anyone can seal it
   */
  void add(Entry entry, ByteBuffer object, Recorder recorder) {
    Filling filling;
    synchronized (this) {
      if (join(entry.name(), recorder)) {
        return;
      }
      filling = current();
      append(filling, object);
      filling.isClosed = filling.pack.isFull(packBytes);
      recorder.record(filling, Math.toIntExact(entry.bytes()));
      if (!filling.isClosed) {
        return;
      }
    }
    filling.seal(); // others fill the next one meanwhile
  }

  private Filling current() {
    if (fillings.isEmpty() || fillings.getLast().isClosed) {
      fillings.add(new Filling());
    }
    return fillings.getLast();
  }

  private void append(Filling filling, ByteBuffer object) {
    try {
      filling.pack.append(object);
    } catch (StowageException e) {
      // Half an object may be in it, and the file is gone: so is all that was put there.
      filling.isClosed = true;
      fillings.remove(filling);
      filling.lost = e;
      throw e;
    }
  }
}
