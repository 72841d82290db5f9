package stowage.blockd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Poll;
import stowage.linux.Processes;
import stowage.linux.Spawn;

/**
 * A process that does nothing but keep a {@link FuseFront}'s descriptors open, so that the
 * filesystem outlives the block server. It is {@code sleep} under a title of ours; the server that
 * comes next finds it by that title and takes copies of the descriptors out of it.
 */
final class Holder implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Holder.class.getName());
  private static final List<String> SLEEP = List.of("/usr/bin/sleep", "/bin/sleep");
  private static final String TITLE = "stowage-hold ";
  private static final int DESCRIPTORS = 2;

  private final String title;
  private final int pid;
  private final Fd pidfd;

  private Holder(String title, int pid, Fd pidfd) {
    this.title = title;
    this.pid = pid;
    this.pidfd = pidfd;
  }

  /** Starts one; {@code title} says for people and for {@link #all} what it holds. */
  static Holder start(String title, List<Fd> descriptors) throws IOException {
    assert descriptors.size() == DESCRIPTORS;
    var program =
        SLEEP.stream()
            .filter(path -> Files.isExecutable(Path.of(path)))
            .findFirst()
            .orElseThrow(() -> new IOException("there is no program sleep"));
    int pid = Spawn.spawn(program, List.of(TITLE + title, "infinity"), descriptors);
    keepAlive(pid);
    return new Holder(title, pid, Processes.pidfdOpen(pid));
  }

  /** When memory runs out others shall go first: devices would fail without this one. */
  private static void keepAlive(int pid) {
    try {
      Files.writeString(Path.of("/proc/" + pid + "/oom_score_adj"), "-1000");
    } catch (IOException e) { // without CAP_SYS_RESOURCE: it is too small to be chosen first
      LOG.log(Level.DEBUG, "holder.unprotected pid={0} reason={1}", pid, e.getMessage());
    }
  }

  /** All whose title begins so, of this server or a dead one. */
  static List<Holder> all(String prefix) throws IOException {
    var holders = new ArrayList<Holder>();
    for (int pid : ProcFiles.pids()) {
      var title = title(pid);
      if (title.isPresent() && title.get().startsWith(prefix)) {
        open(title.get(), pid).ifPresent(holders::add);
      }
    }
    return holders;
  }

  private static Optional<String> title(int pid) {
    try {
      var words = Files.readString(Path.of("/proc/" + pid + "/cmdline"), ISO_8859_1).split("\0");
      boolean ours = words.length == 2 && words[0].startsWith(TITLE) && ProcFiles.isRoots(pid);
      return ours ? Optional.of(words[0].substring(TITLE.length())) : Optional.empty();
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private static Optional<Holder> open(String title, int pid) {
    try {
      var pidfd = Processes.pidfdOpen(pid);
      if (title(pid).equals(Optional.of(title))) { // the number was still its
        return Optional.of(new Holder(title, pid, pidfd));
      }
      pidfd.close();
    } catch (ErrnoException gone) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  String title() {
    return title;
  }

  int pid() {
    return pid;
  }

  /** Copies of what it holds. */
  List<Fd> take() throws IOException {
    var descriptors = new ArrayList<Fd>();
    try {
      for (int i = 0; i < DESCRIPTORS; i++) {
        descriptors.add(Processes.pidfdGetFd(pidfd, Spawn.FIRST + i));
      }
      return descriptors;
    } catch (IOException e) {
      descriptors.forEach(Fd::close);
      throw e;
    }
  }

  /** Ends it, and with it what it held. */
  void end() throws IOException {
    try {
      Processes.pidfdSendSignal(pidfd, Processes.SIGKILL);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ESRCH)) {
        throw e;
      }
    }
    Poll.poll(pidfd, Poll.POLLIN, Poll.FOREVER);
    try {
      Processes.waitpid(pid, 0);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ECHILD)) { // a dead server's: init has it
        throw e;
      }
    }
    close();
  }

  /** Lets it go on without us. */
  @Override
  public void close() {
    pidfd.close();
  }
}
