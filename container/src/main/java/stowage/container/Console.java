package stowage.container;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import stowage.base.ByteStrings;
import stowage.linux.ErrnoException;
import stowage.linux.SeqPacket;

/**
 * The streams of one run of a container or exec: the agent's one connection to its monitor, shared
 * by everybody attached.
 *
 * <p>It may be attached to before the run begins; {@link #connect} then joins the two. It connects
 * only when somebody is attached, and stays connected to the end of the run, because for the
 * monitor a connection that goes away is an end of input.
 *
 * <p>The monitor stops reading the container's output while its clients do not take it, so a slow
 * client slows the container down, as with any pipe. But one that takes nothing for {@link
 * Client#STUCK_NANOS} is not waited for any longer: it reads on in the log.
 */
final class Console {
  /** What conmon reads and writes at a time. */
  private static final int PACKET_MAX = 8192;

  /** Hears of a process's output. */
  interface Listener {
    /**
     * Gives it some output.
     *
     * @param at how many bytes the run has written before; negative: not known
     */
    void offer(Attachment.Frame frame, long at);

    /** There is no more. */
    void finish();
  }

  private final boolean tty;
  private final boolean inputEnds;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Listener> clients = new ArrayList<>(); // guarded by lock
  private Optional<Path> bundle = Optional.empty(); // guarded by lock
  private Optional<SeqPacket> socket = Optional.empty(); // guarded by lock
  private Optional<Input> input = Optional.empty(); // guarded by lock
  private Optional<Tape> tape = Optional.empty(); // guarded by lock
  private boolean ended; // guarded by lock

  /**
   * A console of a run to come.
   *
   * @param inputEnds whether a client's end of input is the process's
   */
  Console(boolean tty, boolean inputEnds) {
    this.tty = tty;
    this.inputEnds = inputEnds;
  }

  /**
   * The monitor is there: from now on it can be talked to.
   *
   * @param ofRun where the run's output is kept, if the run begins only now
   */
  void connect(Path where, Optional<Tape> ofRun) {
    lock.lock();
    try {
      bundle = Optional.of(where);
      if (!clients.isEmpty()) {
        tape = ofRun;
        open();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The run is over, or did not come to be: everybody reads what is left, and then the end. */
  void end() {
    lock.lock();
    try {
      ended = true;
      if (socket.isEmpty()) {
        clients.forEach(Listener::finish);
      }
      input.ifPresent(Input::end);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A new client; it gets all output from now on. */
  Client attach(Attachment.Options wanted) {
    var client = new Client(this, tty, wanted);
    listen(client);
    return client;
  }

  /** From now on it hears of all output, and of the end. */
  void listen(Listener listener) {
    lock.lock();
    try {
      if (ended) {
        listener.finish();
        return;
      }
      clients.add(listener);
      if (bundle.isPresent() && socket.isEmpty()) {
        open();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The terminal's size; nothing happens when there is no terminal, or the run is over. */
  void resize(int rows, int columns) {
    Optional<Path> where;
    lock.lock();
    try {
      where = ended ? Optional.empty() : bundle;
    } finally {
      lock.unlock();
    }
    where.ifPresent(directory -> resize(directory, rows, columns));
  }

  /** Tells the monitor of a bundle its terminal's size. */
  static void resize(Path bundle, int rows, int columns) {
    byte[] words = "1 %d %d\n".formatted(rows, columns).getBytes(StandardCharsets.US_ASCII);
    // Both ways, because opening a FIFO for writing only waits for a reader, who may be gone.
    try (var ctl =
        Files.newByteChannel(
            bundle.resolve("ctl"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ctl.write(ByteBuffer.wrap(words));
    } catch (IOException e) {
      System.getLogger("stowage.container").log(System.Logger.Level.DEBUG, "resize.lost", e);
    }
  }

  /** Writes to the process; waits for it to be started and to read. */
  void write(byte[] bytes, int from, int length) {
    Optional<Input> to = input();
    for (int at = from; to.isPresent() && at < from + length; at += PACKET_MAX) {
      int piece = Math.min(PACKET_MAX, from + length - at);
      to.get().put(java.util.Arrays.copyOfRange(bytes, at, at + piece));
    }
  }

  /** A client's end of input. */
  void endInput() {
    if (inputEnds) {
      input().ifPresent(Input::finish);
    }
  }

  /** The way in, once the run has begun; empty when it is over. */
  private Optional<Input> input() {
    lock.lock();
    try {
      while (bundle.isEmpty() && !ended) {
        changed.awaitUninterruptibly();
      }
      if (ended || socket.isEmpty()) {
        return Optional.empty();
      }
      if (input.isEmpty()) {
        input = Optional.of(new Input(socket.get()));
      }
      return input;
    } finally {
      lock.unlock();
    }
  }

  void leave(Listener client) {
    lock.lock();
    try {
      clients.remove(client);
    } finally {
      lock.unlock();
    }
  }

  private void open() {
    assert lock.isHeldByCurrentThread();
    try {
      SeqPacket connected =
          SeqPacket.connect(ByteStrings.ofPath(bundle.orElseThrow().resolve("attach")));
      socket = Optional.of(connected);
      Thread.ofPlatform().daemon().name("console").start(() -> pump(connected));
    } catch (ErrnoException e) {
      // The monitor is gone: the run is over, or about to be told so.
      clients.forEach(Listener::finish);
    }
  }

  /** Reads the monitor's packets until it closes: its own thread, for it waits in the kernel. */
  private void pump(SeqPacket from) {
    long at = hasTape() ? 0 : -1;
    var packet = ByteBuffer.allocateDirect(PACKET_MAX + 16);
    try {
      while (true) {
        packet.clear();
        int count = from.read(packet);
        if (count <= 0) {
          break;
        }
        packet.flip();
        var stream = packet.get() == 3 ? Attachment.Stream.STDERR : Attachment.Stream.STDOUT;
        var bytes = new byte[packet.remaining()];
        packet.get(bytes);
        var frame = new Attachment.Frame(stream, bytes);
        for (Listener client : everybody()) {
          client.offer(frame, at);
        }
        at += at < 0 ? 0 : bytes.length;
      }
    } catch (ErrnoException e) {
      System.getLogger("stowage.container").log(System.Logger.Level.DEBUG, "console.lost", e);
    }
    lock.lock();
    try {
      ended = true;
      clients.forEach(Listener::finish);
      input.ifPresent(Input::end);
      changed.signalAll();
    } finally {
      lock.unlock();
      from.close();
    }
  }

  private boolean hasTape() {
    lock.lock();
    try {
      return tape.isPresent();
    } finally {
      lock.unlock();
    }
  }

  /** The run's output behind its first bytes, for a client that was not waited for. */
  LogReader behind(long skip) throws IOException {
    var bell = new Bell();
    listen(bell);
    lock.lock();
    try {
      return tape.orElseThrow().behind(skip, bell);
    } finally {
      lock.unlock();
    }
  }

  private List<Listener> everybody() {
    lock.lock();
    try {
      return List.copyOf(clients);
    } finally {
      lock.unlock();
    }
  }
}
