package stowage.blockd;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import stowage.base.StowageException;
import stowage.block.BlockDevice;
import stowage.block.ReadOnlySession;
import stowage.block.StaleEpoch;
import stowage.linux.Errno;
import stowage.linux.MessagePort;
import stowage.store.DiskFull;

/**
 * One thread's part of a {@link FuseFront}: answers one request after the other, in the buffer the
 * request came in.
 */
final class FuseWorker {
  private static final Logger LOG = System.getLogger(FuseWorker.class.getName());

  /** The most a request reads or writes. */
  static final int IO_MAX = 1 << 20;

  private static final int PAGE = 4096;
  static final int MESSAGE_BYTES = IO_MAX + PAGE;

  /** Beyond these the kernel keeps asynchronous requests to itself, which direct I/O makes. */
  private static final int BACKGROUND_MAX = 256;

  private static final int S_IFDIR = 0040000;
  private static final int S_IFREG = 0100000;
  private static final int NO_ANSWER = Integer.MIN_VALUE;
  private static final int ATTR_BYTES = 88;

  private final FuseFront front;
  private final BlockDevice device;
  private final MessagePort port;
  private final ByteBuffer message;

  FuseWorker(FuseFront front, MessagePort port) {
    this.front = front;
    this.device = front.device();
    this.port = port;
    this.message = port.message();
  }

  /** Answers the request that the port holds. */
  void answer() {
    int opcode = message.getInt(Fuse.IN_OPCODE);
    long unique = message.getLong(Fuse.IN_UNIQUE);
    int result;
    try {
      result = answer(opcode);
    } catch (IOException e) {
      result = failure(opcode, e);
    } catch (StowageException | AssertionError e) {
      LOG.log(Level.ERROR, "fuse.failed name=" + front.name() + " opcode=" + opcode, e);
      result = -Errno.EIO.number();
    }
    if (result == NO_ANSWER) {
      return;
    }
    int size = Fuse.OUT_BYTES + Math.max(0, result);
    message.putInt(0, size).putInt(4, Math.min(0, result)).putLong(8, unique);
    int sent = port.send(size);
    if (sent < 0 && sent != -Errno.ENOENT.number()) { // ENOENT: it was interrupted meanwhile
      LOG.log(Level.DEBUG, "fuse.unanswered name={0} errno={1}", front.name(), -sent);
    }
  }

  private int failure(int opcode, IOException e) {
    return switch (e) {
      case DiskFull _ -> -Errno.ENOSPC.number();
      case ReadOnlySession _ -> -Errno.EROFS.number();
      case StaleEpoch _ -> -Errno.EIO.number();
      case IOException other -> {
        LOG.log(Level.ERROR, "fuse.failed name=" + front.name() + " opcode=" + opcode, other);
        yield -Errno.EIO.number();
      }
    };
  }

  /** The size of what it put behind the place of the header, or minus an errno. */
  private int answer(int opcode) throws IOException {
    return switch (opcode) {
      case Fuse.READ -> read();
      case Fuse.WRITE -> write();
      case Fuse.FSYNC -> {
        device.flush();
        yield 0;
      }
      case Fuse.FALLOCATE -> allocate();
      case Fuse.GETATTR, Fuse.SETATTR -> attributes(opcode);
      case Fuse.LOOKUP -> lookup();
      case Fuse.OPEN -> open();
      case Fuse.STATFS -> statfs();
      case Fuse.LSEEK -> seek();
      case Fuse.INIT -> init();
      case Fuse.RELEASE, Fuse.DESTROY -> 0;
      case Fuse.FORGET, Fuse.BATCH_FORGET, Fuse.INTERRUPT -> NO_ANSWER;
      default -> -Errno.ENOSYS.number();
    };
  }

  private int read() throws IOException {
    long offset = message.getLong(Fuse.IN_BYTES + 8);
    long asked = Integer.toUnsignedLong(message.getInt(Fuse.IN_BYTES + 16));
    int size = (int) Math.min(asked, Math.max(0, device.size() - offset));
    if (asked > IO_MAX || isWrong(offset, size)) {
      return -Errno.EINVAL.number();
    }
    if (size > 0) {
      message.limit(Fuse.OUT_BYTES + size).position(Fuse.OUT_BYTES);
      device.read(offset, message);
    }
    return size;
  }

  private int write() throws IOException {
    long offset = message.getLong(Fuse.IN_BYTES + 8);
    int size = message.getInt(Fuse.IN_BYTES + 16);
    int from = Fuse.IN_BYTES + Fuse.IO_BYTES;
    if (size < 0 || size > message.limit() - from || isWrong(offset, size)) {
      return -Errno.EINVAL.number();
    }
    if (offset + size > device.size()) {
      return -Errno.EFBIG.number();
    }
    message.limit(from + size).position(from);
    device.write(offset, message);
    message.clear();
    message.putInt(Fuse.OUT_BYTES, size).putInt(Fuse.OUT_BYTES + 4, 0);
    return 8;
  }

  private static boolean isWrong(long offset, long size) {
    return offset < 0 || ((offset | size) & (BlockDevice.SECTOR - 1)) != 0;
  }

  private int allocate() throws IOException {
    long offset = message.getLong(Fuse.IN_BYTES + 8);
    long length = message.getLong(Fuse.IN_BYTES + 16);
    int mode = message.getInt(Fuse.IN_BYTES + 24) & ~Fuse.FALLOC_KEEP_SIZE;
    if (isWrong(offset, length) || length <= 0 || offset > device.size() - length) {
      return -Errno.EINVAL.number();
    }
    if (mode == Fuse.FALLOC_PUNCH_HOLE) {
      device.trim(offset, length);
    } else if (mode == Fuse.FALLOC_ZERO_RANGE) {
      device.zero(offset, length);
    } else {
      return -Errno.EOPNOTSUPP.number();
    }
    return 0;
  }

  /** Nothing of the attributes can be set; who tries (times, after a write) sees them unchanged. */
  private int attributes(int opcode) {
    long node = message.getLong(Fuse.IN_NODE);
    int setSize = 1 << 3; // FATTR_SIZE
    if (opcode == Fuse.SETATTR && (message.getInt(Fuse.IN_BYTES) & setSize) != 0) {
      return -Errno.EPERM.number();
    }
    message.clear().position(Fuse.OUT_BYTES);
    message.putLong(0).putLong(0); // not valid for any time
    putAttributes(node);
    return 16 + ATTR_BYTES;
  }

  private int lookup() {
    int size = message.limit() - Fuse.IN_BYTES;
    boolean isFile = message.getLong(Fuse.IN_NODE) == Fuse.ROOT_NODE;
    for (int i = 0; i < size; i++) {
      int wanted = i < front.name().length() ? front.name().charAt(i) : 0;
      isFile &= message.get(Fuse.IN_BYTES + i) == wanted;
    }
    if (!isFile || size != front.name().length() + 1) {
      return -Errno.ENOENT.number();
    }
    message.clear().position(Fuse.OUT_BYTES);
    message.putLong(Fuse.FILE_NODE).putLong(0).putLong(0).putLong(0).putInt(0).putInt(0);
    putAttributes(Fuse.FILE_NODE);
    return 40 + ATTR_BYTES;
  }

  /** {@code struct fuse_attr}. */
  private void putAttributes(long node) {
    boolean isFile = node == Fuse.FILE_NODE;
    long size = isFile ? device.size() : 0;
    int mode = isFile ? S_IFREG | (front.readOnly() ? 0400 : 0600) : S_IFDIR | 0500;
    message.putLong(node).putLong(size).putLong(size / BlockDevice.SECTOR);
    message.putLong(0).putLong(0).putLong(0).putInt(0).putInt(0).putInt(0); // times
    message.putInt(mode).putInt(1).putInt(0).putInt(0).putInt(0).putInt(PAGE).putInt(0);
  }

  private int open() {
    message.clear().position(Fuse.OUT_BYTES);
    int direct = Fuse.FOPEN_DIRECT_IO | Fuse.FOPEN_PARALLEL_DIRECT_WRITES;
    message.putLong(0).putInt(direct | Fuse.FOPEN_NOFLUSH).putInt(0);
    return 16;
  }

  /** {@code struct fuse_kstatfs}; the loop device takes the discard granularity from it. */
  private int statfs() {
    long blocks = device.size() / PAGE;
    message.clear().position(Fuse.OUT_BYTES);
    message.putLong(blocks).putLong(0).putLong(0).putLong(1).putLong(0);
    message.putInt(PAGE).putInt(255).putInt(PAGE).putInt(0);
    for (int i = 0; i < 6; i++) {
      message.putInt(0);
    }
    return 80;
  }

  private int seek() throws IOException {
    long from = message.getLong(Fuse.IN_BYTES + 8);
    int whence = message.getInt(Fuse.IN_BYTES + 16);
    if (whence != Fuse.SEEK_DATA && whence != Fuse.SEEK_HOLE) {
      return -Errno.EINVAL.number();
    }
    if (from < 0 || from >= device.size()) {
      return -Errno.ENXIO.number();
    }
    long found = seek(from, whence == Fuse.SEEK_HOLE);
    if (found == device.size() && whence == Fuse.SEEK_DATA) {
      return -Errno.ENXIO.number();
    }
    message.clear().putLong(Fuse.OUT_BYTES, found);
    return 8;
  }

  private long seek(long from, boolean hole) throws IOException {
    long at = from & -BlockDevice.SECTOR;
    while (at < device.size()) {
      for (var extent : device.extents(at, device.size() - at)) {
        if (extent.hole() == hole) {
          return Math.max(at, from);
        }
        at += extent.length();
      }
    }
    return device.size();
  }

  /** {@code struct fuse_init_in} and {@code fuse_init_out}. */
  private int init() {
    int at = Fuse.IN_BYTES;
    int major = message.getInt(at);
    int minor = message.getInt(at + 4);
    int offered = message.getInt(at + 12);
    boolean extended = (offered & Fuse.INIT_EXT) != 0 && message.limit() >= at + 20;
    int offered2 = extended ? message.getInt(at + 16) : 0;
    if (major != Fuse.MAJOR || minor < 31) { // Linux 5.4; max_pages came before
      return -Errno.EPROTO.number();
    }
    int wanted =
        Fuse.ASYNC_READ | Fuse.BIG_WRITES | Fuse.ASYNC_DIO | Fuse.MAX_PAGES | Fuse.INIT_EXT;
    boolean resends = (offered2 & Fuse.HAS_RESEND) != 0;
    message.clear().position(Fuse.OUT_BYTES);
    message.putInt(Fuse.MAJOR).putInt(Math.min(minor, Fuse.MINOR)).putInt(0);
    message.putInt(offered & wanted);
    message.putShort((short) BACKGROUND_MAX).putShort((short) (BACKGROUND_MAX * 3 / 4));
    message.putInt(IO_MAX).putInt(1).putShort((short) (IO_MAX / PAGE)).putShort((short) 0);
    message.putInt(offered2 & Fuse.HAS_RESEND);
    while (message.position() < Fuse.OUT_BYTES + 64) {
      message.putInt(0);
    }
    front.negotiated(resends);
    return 64;
  }
}
