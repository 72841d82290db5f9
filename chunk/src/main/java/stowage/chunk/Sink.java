package stowage.chunk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
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
    private StowageException lost; // guarded by this
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
      if (lost != null) {
        throw new StowageException.Failed("a pack could not be written", lost);
      }
      close(this);
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
   * @param record is told 0, the bytes that are new, before anyone can seal it
   * @return null if it is not here
   */
  synchronized Filling join(Name name, LongConsumer record) {
    for (Filling filling : fillings) {
      if (filling.pack.find(name) != null) {
        record.accept(0);
        return filling;
      }
    }
    return null;
  }

  /**
   * Adds an object, unless it is here.
   *
   * @param record is told how many bytes are new, before anyone can seal it
   */
  Filling add(Entry entry, ByteBuffer object, LongConsumer record) {
    Filling filling;
    boolean isFull;
    synchronized (this) {
      filling = join(entry.name(), record);
      if (filling != null) {
        return filling;
      }
      filling = current();
      append(filling, object);
      record.accept(entry.bytes());
      isFull = filling.pack.isFull(packBytes);
      filling.isClosed = isFull;
    }
    if (isFull) {
      filling.seal(); // others fill the next one meanwhile
    }
    return filling;
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
      filling.lose(e);
      throw e;
    }
  }
}
