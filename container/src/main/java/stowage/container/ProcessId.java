package stowage.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import stowage.base.StowageException.Failed;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Poll;
import stowage.linux.Processes;

/**
 * A process that cannot be mistaken for a later one of the same number.
 *
 * @param start when the kernel started it, in ticks since boot: field 22 of /proc/PID/stat
 */
record ProcessId(int pid, long start) {
  /** The process that has this number now. */
  static ProcessId of(int pid) {
    return new ProcessId(pid, startOf(pid).orElse(0));
  }

  static ProcessId of(State.Running running) {
    return new ProcessId(running.pid(), running.pidStart());
  }

  /** Whether it is there and not only a zombie. */
  boolean isAlive() {
    return pid > 0 && startOf(pid).equals(OptionalLong.of(start));
  }

  /** Signals it; false if it has ended, or ended before anybody saw its number. */
  boolean signal(int signal) {
    if (pid <= 0) {
      return false;
    }
    try (Fd pidfd = Processes.pidfdOpen(pid)) {
      if (!isAlive()) {
        return false;
      }
      Processes.pidfdSendSignal(pidfd, signal);
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.ESRCH)) {
        return false;
      }
      throw new Failed("signal %d to process %d: %s".formatted(signal, pid, e.getMessage()), e);
    }
  }

  /** Waits for its end; on a platform thread, for it waits in the kernel. */
  void awaitEnd() {
    try (Fd pidfd = Processes.pidfdOpen(pid)) {
      if (isAlive()) {
        Poll.poll(pidfd, Poll.POLLIN, Poll.FOREVER);
      }
    } catch (ErrnoException e) {
      // ESRCH: it has ended.
    }
  }

  /** The process's parent; 0 when it has ended. */
  int parent() {
    return (int) field(pid, 1).orElse(0);
  }

  private static OptionalLong startOf(int pid) {
    OptionalLong state = field(pid, 0);
    boolean ended = state.isEmpty() || state.getAsLong() == 'Z' || state.getAsLong() == 'X';
    return ended ? OptionalLong.empty() : field(pid, 19);
  }

  /** A field behind the program's name, which may hold anything; the first is a letter. */
  private static OptionalLong field(int pid, int index) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc/" + pid + "/stat"));
      String stat = new String(bytes, StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return OptionalLong.of(index == 0 ? fields[0].charAt(0) : Long.parseLong(fields[index]));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
