package stowage.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread of a {@link Session} with the buffers it needs to lead.
 *
 * <p>The leader takes every complete request out of {@link #in}, carries it out, and puts the reply
 * into {@link #out}; only when it must wait for the client does it send what is there. No request
 * makes an object.
 *
 * <p>{@link #turn} counts up at the start and the end of each call of the device: odd means in a
 * call. Whoever takes the lead away in a call changes it, so that the lane notices.
 */
final class Lane implements Runnable {
  /** From this much on a part of a long payload is written from where it lies. */
  private static final int PART_MIN = 64 << 10;

  /** Devices like parts that begin and end at a page. */
  private static final int PAGE = 4096;

  /** A request that takes longer is slow; a nanosecond for each byte is allowed for. */
  private static final long SLOW_NANOS = 100_000;

  final Session session;

  /** Unparsed input from position to limit. */
  final ByteBuffer in;

  /** Replies not yet sent, up to the position. */
  final ByteBuffer out;

  private final Request request = new Request();
  private final Work work;
  private final AtomicLong turn = new AtomicLong();
  private volatile boolean promoted;
  private volatile Thread thread;

  // Where the lead would go on; written before turn gets odd, read by whoever takes it over.
  private int nextIn;
  private int endIn;
  private int doneOut;
  private boolean flushes;

  /** Views whose limits never change, for whoever takes over. */
  private final ByteBuffer wholeIn;

  private final ByteBuffer wholeOut;

  Lane(Session session) {
    this.session = session;
    in = session.buffers.lane().limit(0);
    out = session.buffers.lane();
    wholeIn = in.duplicate().clear();
    wholeOut = out.duplicate().clear();
    work = new Work(session, request, out);
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    boolean orderly = false;
    try {
      do {
        lead();
      } while (session.rest(this));
      orderly = true;
    } catch (IOException e) {
      session.gone(e); // the client, or a socket that was closed: there is nobody to tell
    } finally {
      if (!orderly) {
        session.end();
      }
      session.buffers.lane(in);
      session.buffers.lane(out);
      session.leave();
    }
  }

  long turn() {
    return turn.get();
  }

  static boolean inCall(long turn) {
    return (turn & 1) == 1;
  }

  /** Takes the lead away if it is still in the call that began with this turn. */
  boolean takeOver(long seen) {
    return turn.compareAndSet(seen, -seen);
  }

  /** Whether what it does always takes long. */
  boolean flushes() {
    return flushes;
  }

  /** Gets what another lane has read and not begun, and what it has answered and not sent. */
  void take(Lane from) {
    in.clear().put(0, from.wholeIn, from.nextIn, from.endIn - from.nextIn);
    in.limit(from.endIn - from.nextIn);
    out.clear().put(0, from.wholeOut, 0, from.doneOut);
    out.position(from.doneOut);
  }

  void promote() {
    promoted = true;
    wake();
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  boolean takePromotion() {
    boolean was = promoted;
    promoted = false;
    return was;
  }

  /** Leads until it has lost the lead, or the session is over. */
  private void lead() throws IOException {
    send(); // what the one before had answered
    long begun = 0;
    int count = 0;
    long bytes = 0;
    while (true) {
      while (in.remaining() >= Wire.REQUEST_BYTES) {
        if (++count == 2) {
          begun = session.time.nanos(); // only where several wait is there any use in passing on
          bytes = 0;
        }
        if (!request.parse(in)) {
          session.end();
          return;
        }
        if (!serve()) {
          return;
        }
        bytes += request.bytes();
      }
      if (count > 1) {
        long each = (session.time.nanos() - begun - bytes) / (count - 1);
        if (each > SLOW_NANOS) {
          session.slow();
        }
      }
      count = 0;
      if (!fill(Wire.REQUEST_BYTES)) {
        send();
        session.end();
        return;
      }
    }
  }

  /** Serves the request at the start of the input: whether this lane still leads. */
  private boolean serve() throws IOException {
    in.position(in.position() + Wire.REQUEST_BYTES);
    if (request.type == Wire.CMD_DISC) {
      send();
      session.end();
      return false;
    }
    int error = work.check();
    if (request.type == Wire.CMD_WRITE) {
      if (request.length > Wire.PAYLOAD_MAX) {
        session.end(); // to skip so much would be to serve whoever sends it
        return false;
      }
      error = payload(error);
      if (error < 0) {
        session.end();
        return false;
      }
    }
    if (error != Wire.OK || request.isNothing()) {
      room();
      work.reply(error);
      in.position(in.position() + request.payload());
      return true;
    }
    if (request.type == Wire.CMD_READ && work.isLarge()) {
      return readLarge();
    }
    room();
    return call();
  }

  /** Makes room for any reply that is not a large read's. */
  private void room() throws IOException {
    if (out.remaining() < work.room()) {
      send();
    }
  }

  /** Carries out a request whose reply fits: whether this lane still leads. */
  private boolean call() throws IOException {
    beforeCall();
    boolean leads = !session.isEager(nextIn < endIn) || !session.pass(this);
    long odd = turn.get() + 1;
    if (leads) {
      turn.set(odd);
      session.watch.notice();
    }
    work.carryOut(in);
    if (leads && turn.compareAndSet(odd, odd + 1)) {
      in.limit(endIn).position(nextIn);
      return true;
    }
    turn.set(odd + 1);
    out.limit(out.position()).position(doneOut);
    session.send(out);
    return false;
  }

  private void beforeCall() {
    nextIn = in.position() + request.payload();
    endIn = in.limit();
    doneOut = out.position();
    flushes = request.type == Wire.CMD_FLUSH || (request.flags & Wire.FUA) != 0;
    in.limit(nextIn);
  }

  private boolean readLarge() throws IOException {
    send();
    beforeCall();
    boolean leads = !session.isEager(nextIn < endIn) || !session.pass(this);
    work.readLarge();
    if (leads) {
      in.limit(endIn);
      return true;
    }
    out.flip();
    session.send(out);
    return false;
  }

  /**
   * Brings the payload of a write, or what is left of it, into the input. What does not fit is
   * written meanwhile, or dropped if the request is refused.
   *
   * @return the error of the request, -1 if the client is gone
   */
  private int payload(int error) throws IOException {
    int failed = error;
    while (request.payload() > in.remaining()) {
      int here = in.remaining();
      boolean part = request.payload() > in.capacity();
      if (part && failed != Wire.OK) {
        in.position(in.limit());
        request.advance(here);
      } else if (part && here >= PART_MIN) {
        int length = here - (int) ((request.offset + here) % PAGE);
        failed = work.writePart(in, length);
        request.advance(length);
      }
      if (!fill(part ? Math.min(request.payload(), PART_MIN) : request.payload())) {
        return -1;
      }
    }
    return failed;
  }

  /** Waits until so many bytes are there; what is answered is sent first. */
  private boolean fill(int bytes) throws IOException {
    send();
    if (in.position() > 0) {
      in.compact().flip();
    }
    int start = in.position();
    while (in.limit() - start < bytes) {
      int end = in.limit();
      in.position(end).limit(in.capacity());
      int count = session.transport.read(in);
      in.limit(in.position()).position(start);
      if (count < 0) {
        return false;
      }
    }
    return true;
  }

  private void send() throws IOException {
    if (out.position() > 0) {
      session.send(out.flip());
    }
    out.clear();
  }
}
