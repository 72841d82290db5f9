package stowage.block;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import stowage.base.StowageException;

/**
 * The content of a snapshot as the lowest part of a chain: chunks that are here already, and others
 * that are fetched when they are wanted. A layer whose blocks are chunks.
 *
 * <p>A chunk is fetched by one thread however many want it, verified by whom it is fetched from,
 * written, and only then here; durably here after {@link #flush}. A crash in between fetches it
 * again.
 */
final class Base implements Closeable {
  static final int SHIFT = 19;
  static final int CHUNK = 1 << SHIFT;

  /** Where chunks come from. */
  interface Source {
    boolean isZero(int chunk) throws IOException;

    /** Fills {@code target}, a chunk, with verified bytes. */
    void read(int chunk, ByteBuffer target) throws IOException;
  }

  private final Layer layer;
  private final Source source;
  private final long chunks;
  private final ConcurrentHashMap<Integer, CompletableFuture<Void>> fetches =
      new ConcurrentHashMap<>();

  /** {@code chunks}: how many there are; what lies after them is zero. */
  Base(Layer layer, Source source, long chunks) {
    this.layer = layer;
    this.source = source;
    this.chunks = chunks;
  }

  Layer layer() {
    return layer;
  }

  /** How many chunks there are. */
  long chunks() {
    return chunks;
  }

  /** The chunk that holds an offset. */
  static long chunk(long offset) {
    return offset >>> SHIFT;
  }

  /** Whether it can be read; what lies past the end can. */
  boolean isHere(long chunk) {
    return chunk >= chunks || layer.bits().get(chunk);
  }

  /** Reads a range of chunks that are here. */
  void read(long offset, ByteBuffer target) throws IOException {
    layer.file().read(offset, target);
  }

  /** Gets a chunk here; returns when it is. */
  void fetch(int chunk) throws IOException {
    if (isHere(chunk)) {
      return;
    }
    var mine = new CompletableFuture<Void>();
    var other = fetches.putIfAbsent(chunk, mine);
    if (other != null) {
      await(other);
      return;
    }
    try {
      if (!isHere(chunk)) { // another's fetch may have ended between the two looks
        fetchOnce(chunk);
      }
      mine.complete(null);
    } catch (IOException e) {
      mine.completeExceptionally(e);
      throw e;
    } catch (StowageException e) {
      var failure = new IOException("chunk " + chunk + ": " + e.getMessage(), e);
      mine.completeExceptionally(failure);
      throw failure;
    } finally {
      mine.completeExceptionally(new IOException("the fetch of a chunk ended by a bug"));
      fetches.remove(chunk, mine);
    }
  }

  private static void await(CompletableFuture<Void> other) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          other.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw GroupCommit.again((IOException) e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void fetchOnce(int chunk) throws IOException {
    layer.requireSound();
    if (!source.isZero(chunk)) {
      ByteBuffer bytes = Scratch.CHUNKS.lend();
      try {
        source.read(chunk, bytes.clear());
        layer.file().write((long) chunk << SHIFT, bytes.flip());
      } finally {
        Scratch.CHUNKS.giveBack(bytes);
      }
    }
    layer.wrote(chunk, chunk + 1);
  }

  /** Makes the chunks that are here stay. */
  void flush() throws IOException {
    layer.flush();
  }

  /** The first chunk from {@code from} on that is not here; -1 if all are. */
  long firstMissing(long from) {
    while (from < chunks) {
      long run = layer.bits().run(from, chunks);
      if (run < 0) {
        return from;
      }
      from += run;
    }
    return -1;
  }

  /** Bytes of chunks that are here. */
  long hereBytes() {
    return layer.bits().count() << SHIFT;
  }

  @Override
  public void close() throws IOException {
    layer.close();
  }
}
