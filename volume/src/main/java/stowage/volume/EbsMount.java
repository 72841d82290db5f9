package stowage.volume;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;
import static stowage.linux.Open.O_DIRECTORY;
import static stowage.linux.Open.O_NOFOLLOW;
import static stowage.linux.Open.O_RDONLY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.WrongState;
import stowage.linux.BlockSpecial;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.linux.Open;

/**
 * The filesystem on a device whose bytes may be anybody's: looked at before it is mounted, made
 * only where there is nothing, and mounted so that nothing on it is a device or gives anybody
 * rights.
 */
final class EbsMount {
  private static final System.Logger LOG = System.getLogger("stowage.volume");
  private static final long FLAGS = Mounts.MS_NOSUID | Mounts.MS_NODEV;

  /** Signatures of everything known are in the first and the last 4 MiB of a device. */
  private static final int ENDS = 4 << 20;

  private static final int GROWTH_MIN = 4 << 20;
  private static final int SUPERBLOCKS_END = 4096;
  private static final int EXT4_AT = 1024;
  private static final int EXT4_BLOCKS = EXT4_AT + 0x4;
  private static final int EXT4_BLOCK_LOG = EXT4_AT + 0x18;
  private static final int EXT4_INCOMPATIBLE = EXT4_AT + 0x60;
  private static final int EXT4_64_BITS = 0x80;
  private static final int EXT4_BLOCKS_HIGH = EXT4_AT + 0x150;
  private static final int XFS_BLOCK = 4;
  private static final int XFS_BLOCKS = 8;

  private final Filesystems tools;

  EbsMount(Filesystems tools) {
    this.tools = tools;
  }

  /** The filesystem that may be mounted; empty: there is none, and the device is blank. */
  Optional<String> look(String volumeId, String device) {
    return switch (tools.probe(device)) {
      case Filesystems.Found.Filesystem found -> {
        if (!EbsOptions.FILESYSTEMS.contains(found.type())) {
          throw new WrongState(
              "EBS volume %s holds %s, and only %s are mounted; its content is left as it is"
                  .formatted(volumeId, found.type(), String.join(" and ", EbsOptions.FILESYSTEMS)));
        }
        yield Optional.of(found.type());
      }
      case Filesystems.Found.Other other ->
          throw new WrongState(
              "EBS volume %s holds %s, which is not mounted; its content is left as it is"
                  .formatted(volumeId, other.what()));
      case Filesystems.Found.Nothing _ -> {
        checkBlank(volumeId, device);
        yield Optional.empty();
      }
    };
  }

  private static void checkBlank(String volumeId, String device) {
    try (var fd = Open.open(ByteStrings.ofText(device), O_RDONLY)) {
      long size = BlockSpecial.size(fd);
      if (!isZero(fd, 0, Math.min(size, ENDS)) || !isZero(fd, Math.max(0, size - ENDS), size)) {
        throw new WrongState(
            ("EBS volume %s has no filesystem that is known, but is not blank either: it may hold"
                    + " a damaged one or something else. It is left as it is; to use it, make a"
                    + " filesystem on it yourself")
                .formatted(volumeId));
      }
    } catch (ErrnoException e) {
      throw Failures.of("read " + device, e);
    }
  }

  private static boolean isZero(Fd fd, long from, long to) throws ErrnoException {
    var buffer = ByteBuffer.allocateDirect(64 << 10);
    for (long at = from; at < to; ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
      int read = Io.pread(fd, buffer, at);
      if (read == 0) {
        return false; // shorter than it says: not to be trusted
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        if (buffer.get() != 0) {
          return false;
        }
      }
      at += read;
    }
    return true;
  }

  /** Formats; {@code again} over what an earlier attempt left. On the device when it returns. */
  void format(String volumeId, String device, String type, boolean again) {
    tools.make(device, type, again);
    try (var fd = Open.open(ByteStrings.ofText(device), O_RDONLY)) {
      Io.fsync(fd);
    } catch (ErrnoException e) {
      throw Failures.of("write " + device, e);
    }
    LOG.log(INFO, "ebs.formatted volume={0} type={1}", volumeId, type);
  }

  /** Mounts; the directory is there. */
  void mount(String volumeId, String device, String type, String target) {
    // What a superblock says to do about errors is its maker's wish: it could be a panic. A copy
    // of an xfs has the id of the one it is of, which may well be mounted beside it.
    String data = type.equals("xfs") ? "nouuid" : "errors=remount-ro";
    try {
      Mounts.mount(ByteStrings.ofText(device), ByteStrings.ofText(target), type, FLAGS, data);
    } catch (ErrnoException e) {
      throw new Failed(
          "cannot mount EBS volume %s (%s on %s) at %s: %s; its content is left as it is"
              .formatted(
                  volumeId,
                  type,
                  device,
                  target,
                  e.errno().map(Errno::meaning).orElse(e.getMessage())),
          e);
    }
  }

  static Optional<MountTable.Mount> at(String target) {
    try {
      return MountTable.at(ByteStrings.ofText(target));
    } catch (IOException e) {
      throw Failures.of("read the mount table", e);
    }
  }

  static long sizeBytes(String device) {
    try (var fd = Open.open(ByteStrings.ofText(device), O_RDONLY)) {
      return BlockSpecial.size(fd);
    } catch (ErrnoException e) {
      throw Failures.of("read " + device, e);
    }
  }

  /**
   * Whether the device has grown since the filesystem on it was given all of it, as its superblock
   * says; that of a mounted xfs may be told late.
   */
  boolean hasGrown(String device, String type) {
    try (var fd = Open.open(ByteStrings.ofText(device), O_RDONLY)) {
      // ext4 may leave out a last group that is too small to be of use.
      return BlockSpecial.size(fd) - filesystemBytes(fd, type) >= GROWTH_MIN;
    } catch (ErrnoException e) {
      throw Failures.of("read " + device, e);
    }
  }

  /** Gives a mounted filesystem its whole device. */
  void grow(String device, String type, String target) {
    tools.grow(device, type, target);
    LOG.log(INFO, "ebs.grown device={0} path={1}", device, target);
  }

  /** The same for one that nobody uses yet though it is mounted. */
  void growUnused(String volumeId, String device, String type, String target) {
    try {
      grow(device, type, target);
    } catch (Failed e) {
      if (!type.equals("ext4")) {
        throw e;
      }
      LOG.log(DEBUG, "ebs.not.grown.mounted device={0} reason={1}", device, e.getMessage());
      unmount(target);
      tools.growUnmounted(device);
      mount(volumeId, device, type, target);
    }
  }

  private static long filesystemBytes(Fd device, String type) throws ErrnoException {
    var head = ByteBuffer.allocateDirect(SUPERBLOCKS_END);
    Io.preadFully(device, head, 0);
    if (type.equals("xfs")) {
      head.order(ByteOrder.BIG_ENDIAN);
      return (head.getInt(XFS_BLOCK) & 0xffffffffL) * head.getLong(XFS_BLOCKS);
    }
    head.order(ByteOrder.LITTLE_ENDIAN);
    long blocks = head.getInt(EXT4_BLOCKS) & 0xffffffffL;
    if ((head.getInt(EXT4_INCOMPATIBLE) & EXT4_64_BITS) != 0) {
      blocks |= (head.getInt(EXT4_BLOCKS_HIGH) & 0xffffffffL) << 32;
    }
    return blocks << 10 + Math.min(6, head.getInt(EXT4_BLOCK_LOG) & 0xff);
  }

  /** Takes the directory away that mke2fs makes, which programs take for somebody's data. */
  static void dropLostAndFound(String target) {
    try (var top = open(target)) {
      Directory.rmdirat(top, LOST_AND_FOUND);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTEMPTY) && !e.is(Errno.ENOTDIR)) {
        throw Failures.of("open " + target, e);
      }
    }
  }

  static final String LOST_AND_FOUND = "lost+found";

  static Fd open(String directory) throws ErrnoException {
    return Open.open(ByteStrings.ofText(directory), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  }

  /** Unmounts; what others still have open stays usable to them, out of sight. */
  static void unmount(String target) {
    String path = ByteStrings.ofText(target);
    try {
      try {
        Mounts.umount2(path, Mounts.UMOUNT_NOFOLLOW);
      } catch (ErrnoException e) {
        if (!e.is(Errno.EBUSY)) {
          throw e;
        }
        Mounts.umount2(path, Mounts.UMOUNT_NOFOLLOW | Mounts.MNT_DETACH);
      }
    } catch (ErrnoException e) {
      throw Failures.of("unmount " + target, e);
    }
  }

  /** Bytes in use on the mounted filesystem. */
  static long usedBytes(String target) {
    try (var top = open(target)) {
      var statfs = stowage.linux.Statfs.of(top);
      return (statfs.blocks() - statfs.free()) * statfs.blockSize();
    } catch (ErrnoException e) {
      throw Failures.of("measure " + target, e);
    }
  }
}
