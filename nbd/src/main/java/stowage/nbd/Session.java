package stowage.nbd;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import stowage.base.Time;
import stowage.block.BlockDevice;

/**
 * One connection after the handshake, and the lanes (threads) that serve it.
 *
 * <p>One lane leads: it reads requests and carries them out itself, one after the other, which
 * costs no hand-over at all. When a request turns out to take long (a flush, a chunk that must be
 * fetched), the {@link Watch} passes the lead, with the requests already read, to another lane; the
 * one that is held up answers its request when it can. Where requests have been slow lately, the
 * leader passes the lead before each of them, so that they run side by side.
 *
 * <p>Locks: {@code this}, then nothing; {@link #output}, then the socket.
 */
final class Session {
  /** Requests of one connection that are carried out at once. */
  static final int LANES_MAX = 16;

  /** Requests that are passed on at once after one was slow. */
  private static final int EAGER_REQUESTS = 64;

  /** How long a lane waits for something to do before it goes. */
  private static final long IDLE_NANOS = 10_000_000_000L;

  private static final Logger LOG = System.getLogger(Session.class.getName());

  /** Held while a reply is sent. */
  final ReentrantLock output = new ReentrantLock();

  final Transport transport;
  final BlockDevice device;
  final boolean readOnly;
  final boolean structured;
  final List<Handshake.Context> contexts;
  final Buffers buffers;
  final Watch watch;
  final Time time;
  private final String name;
  private final Runnable onEnd;

  private final ArrayDeque<Lane> idle = new ArrayDeque<>(); // guarded by this
  private int lanes; // guarded by this; threads
  private boolean ended; // guarded by this

  private volatile Lane leader; // written under this
  private volatile int eager;

  /** The leader's turn when the watch last looked; the watch's own. */
  private long seen;

  Session(Handshake.Agreed agreed, Buffers buffers, Watch watch, Time time, Runnable onEnd) {
    transport = agreed.transport();
    device = agreed.export().device();
    readOnly = agreed.export().readOnly();
    name = agreed.export().name();
    structured = agreed.structured();
    contexts = agreed.contexts();
    this.buffers = buffers;
    this.watch = watch;
    this.time = time;
    this.onEnd = onEnd;
    leader = new Lane(this);
    lanes = 1;
  }

  /** Serves until the client leaves; the calling thread becomes the first lane. */
  void serve() {
    watch.add(this);
    leader.run();
  }

  /** Whether requests have been slow and others are waiting: then they are passed on at once. */
  boolean isEager(boolean more) {
    return eager > 0 && (more || busy());
  }

  private synchronized boolean busy() {
    return lanes - idle.size() > 1;
  }

  /** Says that a request was slow. */
  void slow() {
    eager = EAGER_REQUESTS;
  }

  /** The leader passes the lead on by itself; false if there is nobody to take it. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a hint; only leaders count it down
  synchronized boolean pass(Lane from) {
    if (!canPass()) {
      return false;
    }
    eager--;
    promote(from);
    return true;
  }

  private boolean canPass() {
    return !ended && (!idle.isEmpty() || lanes < LANES_MAX);
  }

  private void promote(Lane from) {
    var next = idle.pollLast();
    boolean fresh = next == null;
    if (fresh) {
      next = new Lane(this);
      lanes++;
    }
    next.take(from);
    leader = next;
    if (fresh) {
      Thread.ofPlatform().daemon().name("nbd-" + name).start(next);
    } else {
      next.promote();
    }
  }

  /** Looks whether the leader is held up: whether it does anything, and passes the lead on. */
  boolean watch() {
    var lane = leader;
    if (lane == null) {
      return false;
    }
    long turn = lane.turn();
    if (turn != seen) {
      seen = turn;
      return true;
    }
    if (!Lane.inCall(turn)) {
      return false;
    }
    synchronized (this) {
      if (canPass() && lane == leader && lane.takeOver(turn)) {
        if (!lane.flushes()) {
          slow();
        }
        promote(lane);
      }
    }
    return true;
  }

  /** A lane that lost the lead has answered: waits until it has it again; false: it may go. */
  boolean rest(Lane lane) {
    synchronized (this) {
      if (ended) {
        return false;
      }
      idle.addLast(lane);
    }
    long deadline = time.nanos() + IDLE_NANOS;
    while (!lane.takePromotion()) {
      long wait = deadline - time.nanos();
      synchronized (this) {
        if ((ended || wait <= 0) && idle.remove(lane)) {
          return false;
        }
      }
      LockSupport.parkNanos(this, Math.max(wait, 1));
    }
    return true;
  }

  /** No further request is read; those being carried out are answered. */
  synchronized void end() {
    ended = true;
    leader = null;
    idle.forEach(Lane::wake);
  }

  /** The socket failed. */
  void gone(IOException e) {
    LOG.log(Level.DEBUG, "nbd.lost export={0} error={1}", name, e.getMessage());
  }

  /** A lane goes; the last one closes. */
  void leave() {
    boolean last;
    synchronized (this) {
      lanes--;
      last = lanes == 0;
      assert !last || ended;
    }
    if (last) {
      watch.remove(this);
      close();
    }
  }

  private void close() {
    try (device;
        transport) {
      LOG.log(Level.DEBUG, "nbd.disconnected export={0}", name);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "nbd.closed export={0} error={1}", name, e.getMessage());
    } finally {
      onEnd.run();
    }
  }

  void send(ByteBuffer bytes) throws IOException {
    output.lock();
    try {
      transport.write(bytes);
    } finally {
      output.unlock();
    }
  }
}
