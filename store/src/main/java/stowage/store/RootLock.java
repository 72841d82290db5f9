package stowage.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;

/**
 * The proof that this process alone uses a root: an exclusive flock on {@code <root>/lock}. The
 * kernel gives it up when the process ends, however it ends; the file stays, since removing it
 * would let two agents lock two files of that name.
 *
 * <p>Inside are the holder's pid and the machine's boot id, for people. They prove nothing.
 */
public final class RootLock implements AutoCloseable {
  private static final String NAME = "lock";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Pattern PID = Pattern.compile("pid (\\d+)\n");

  private final Fd fd;

  private RootLock(Fd fd) {
    this.fd = fd;
  }

  /**
   * Takes the lock of a root that is there.
   *
   * @throws StowageException.InUse if another agent has it; the message names its pid
   */
  public static RootLock take(Path root) {
    Path file = root.resolve(NAME);
    try {
      Fd fd = Open.open(ByteStrings.ofPath(file), Open.O_RDWR | Open.O_CREAT, 0600);
      try {
        if (!Io.tryLock(fd)) {
          throw new StowageException.InUse(
              "%s is in use by another agent (%s)".formatted(root, holder(file)));
        }
        String text = "pid %d\nboot %s".formatted(ProcessHandle.current().pid(), boot());
        Io.ftruncate(fd, 0);
        Io.pwriteFully(fd, ByteBuffer.wrap(text.getBytes(US_ASCII)), 0);
        var lock = new RootLock(fd);
        fd = null;
        return lock;
      } finally {
        if (fd != null) {
          fd.close();
        }
      }
    } catch (ErrnoException e) {
      throw Disk.failure("lock " + root, HostDisk.meaning(e, file.toString()));
    } catch (IOException e) {
      throw Disk.failure("lock " + root, e);
    }
  }

  private static String boot() throws IOException {
    return Files.readString(BOOT_ID);
  }

  private static String holder(Path file) throws IOException {
    var pid = PID.matcher(Files.readString(file));
    return pid.find() ? "pid " + pid.group(1) : "its pid is not known yet";
  }

  /** Gives the lock up. */
  @Override
  public void close() {
    fd.close();
  }
}
