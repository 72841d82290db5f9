package stowage.blockd;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import stowage.block.BlockDevice;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.MessagePort;
import stowage.linux.Mounts;
import stowage.linux.Open;
import stowage.linux.Stat;

/**
 * A block device as a file, for a loop device to stand on: a FUSE filesystem of one file, spoken by
 * this process on {@code /dev/fuse}.
 *
 * <p>The filesystem is mounted nowhere. Nobody finds the file by a path, no mount namespace takes a
 * copy of the mount, and nothing has to be unmounted: with the last descriptor of the file it is
 * gone.
 *
 * <p>Whoever keeps {@link #descriptors} open keeps the filesystem: when this process dies, requests
 * wait, and a successor that {@link #adopt}s them is given all that were not answered (Linux 6.9
 * and later, else they end in EIO when this process does: {@link #outlives}).
 */
final class FuseFront implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FuseFront.class.getName());

  /** How many requests are served at once; threads are started when all others are busy. */
  private static final int WORKERS_MAX = 16;

  private final String name;
  private final BlockDevice device;
  private final boolean readOnly;
  private final Fd fuse;
  private final CountDownLatch negotiated = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicInteger workers = new AtomicInteger();
  private volatile boolean resends;
  private volatile boolean over;
  private Fd file = Fd.CWD; // set once, before others see this

  private FuseFront(String name, BlockDevice device, boolean readOnly, Fd fuse) {
    this.name = name;
    this.device = device;
    this.readOnly = readOnly;
    this.fuse = fuse;
  }

  /**
   * Makes the filesystem and opens its file.
   *
   * @param name of the file, seen in {@code /sys/block/loopN/loop/backing_file}
   */
  static FuseFront make(String name, BlockDevice device, boolean readOnly) throws IOException {
    var front = new FuseFront(name, device, readOnly, Open.open("/dev/fuse", Open.O_RDWR));
    try (var fs = Mounts.fsopen("fuse")) {
      Mounts.fsconfigString(fs, "source", "stowage");
      Mounts.fsconfigString(fs, "fd", Integer.toString(front.fuse.number()));
      Mounts.fsconfigString(fs, "rootmode", "40000");
      Mounts.fsconfigString(fs, "user_id", "0");
      Mounts.fsconfigString(fs, "group_id", "0");
      Mounts.fsconfigFlag(fs, "allow_other");
      Mounts.fsconfigCreate(fs);
      front.startWorker();
      front.negotiated.await();
      int attributes =
          Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NODEV | Mounts.MOUNT_ATTR_NOEXEC;
      try (var mount = Mounts.fsmount(fs, attributes)) {
        front.file = Open.openat(mount, name, readOnly ? Open.O_RDONLY : Open.O_RDWR);
      }
      return front;
    } catch (InterruptedException e) {
      front.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while mounting " + name, e);
    } catch (IOException e) {
      front.close();
      throw e;
    }
  }

  /** Goes on where a process that died left off; {@code descriptors} as it had them. */
  static FuseFront adopt(String name, BlockDevice device, boolean readOnly, List<Fd> descriptors)
      throws IOException {
    var front = new FuseFront(name, device, readOnly, descriptors.get(0));
    front.file = descriptors.get(1);
    front.resends = true;
    front.negotiated.countDown();
    front.resend();
    front.startWorker();
    return front;
  }

  private void resend() throws IOException {
    try (var port = new MessagePort(fuse, Fuse.OUT_BYTES)) {
      port.message().putInt(Fuse.OUT_BYTES).putInt(Fuse.NOTIFY_RESEND).putLong(0);
      int result = port.send(Fuse.OUT_BYTES);
      if (result < 0) {
        throw MessagePort.failure("FUSE_NOTIFY_RESEND of " + name, result);
      }
    }
  }

  /** The descriptors that keep the filesystem: of {@code /dev/fuse}, and of the file. */
  List<Fd> descriptors() {
    return List.of(fuse, file);
  }

  /** Whether requests can outlive this process. */
  boolean outlives() {
    return resends;
  }

  /** The file, open. */
  Fd file() {
    return file;
  }

  BlockDevice device() {
    return device;
  }

  boolean readOnly() {
    return readOnly;
  }

  String name() {
    return name;
  }

  /** What the kernel's and our versions agreed on. */
  void negotiated(boolean canResend) {
    resends = canResend;
    negotiated.countDown();
  }

  /** Makes the kernel see the device's present size. */
  void takeSize() throws ErrnoException {
    Stat.of(file); // attributes are never cached, so this asks us, and the inode has it then
  }

  /**
   * Ends the filesystem at once, whoever has the file: every request, waiting or to come, gets an
   * error.
   */
  void abort() throws IOException {
    int minor = Stat.of(file).devMinor();
    try (var fs = Mounts.fsopen("fusectl")) {
      Mounts.fsconfigCreate(fs);
      try (var mount = Mounts.fsmount(fs, 0)) {
        abort(mount, minor);
      }
    }
  }

  private void abort(Fd connections, int minor) throws IOException {
    try (var abort = Open.openat(connections, minor + "/abort", Open.O_WRONLY);
        var port = new MessagePort(abort, 1)) {
      port.message().put((byte) '1');
      int result = port.send(1);
      if (result < 0) {
        throw MessagePort.failure("abort of " + name, result);
      }
    }
  }

  /** Waits until the filesystem is gone: nobody has the file, or it was aborted. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /**
   * Lets go of the file. The filesystem, and with it the threads here, ends when nobody else has it
   * open either.
   */
  @Override
  public void close() {
    over = true;
    if (file == Fd.CWD) {
      fuse.close(); // no worker, or one that found the connection at its end
    } else {
      file.close();
    }
  }

  private void startWorker() {
    if (workers.incrementAndGet() > WORKERS_MAX) {
      workers.decrementAndGet();
      return;
    }
    Thread.ofPlatform().daemon().name("fuse-" + name).start(this::serve);
  }

  private void serve() {
    try (var port = new MessagePort(fuse, FuseWorker.MESSAGE_BYTES)) {
      var worker = new FuseWorker(this, port);
      while (true) {
        idle.incrementAndGet();
        int size = port.receive();
        if (idle.decrementAndGet() == 0 && size > 0) {
          startWorker();
        }
        if (size > 0) {
          worker.answer();
        } else if (!again(-size)) {
          break;
        }
      }
    } finally {
      if (workers.decrementAndGet() == 0) {
        ended.countDown();
        fuse.close();
      }
    }
  }

  /** Whether reading goes on after that errno. */
  private boolean again(int errno) {
    return switch (errno) {
      case 2, 4, 11 -> true; // ENOENT: a request that was given up; EINTR, EAGAIN
      case 19 -> false; // ENODEV: no longer mounted
      default -> {
        LOG.log(over ? Level.DEBUG : Level.ERROR, "fuse.ended name={0} errno={1}", name, errno);
        yield false;
      }
    };
  }
}
