package stowage.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** Namespaces: entering those of a container, and user namespaces for idmapped mounts. */
public final class Namespaces {
  public static final int CLONE_FS = 0x200;
  public static final int CLONE_NEWNS = 0x20000;
  public static final int CLONE_NEWUTS = 0x4000000;
  public static final int CLONE_NEWIPC = 0x8000000;
  public static final int CLONE_NEWUSER = 0x10000000;
  public static final int CLONE_NEWPID = 0x20000000;
  public static final int CLONE_NEWNET = 0x40000000;

  private static final Call UNSHARE = Call.of("unshare", 1);
  private static final Call SETNS = Call.of("setns", 2);
  private static final Call CLONE = Call.variadic("clone", 4, 4);

  /** {@code unsigned int sleep(unsigned int)}: what the child of {@link #idmap} does. */
  private static final long SLEEP = Call.address("sleep");

  private static final int CHILD_SECONDS = 5;
  private static final int CHILD_STACK_BYTES = 64 << 10;

  private Namespaces() {}

  /** Of the calling thread. CLONE_FS before {@link #setns} to a mount namespace. */
  public static void unshare(int flags) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) UNSHARE.invoke(f, flags) == -1) {
        throw f.error(UNSHARE, "%#x".formatted(flags));
      }
    }
  }

  /** Moves the calling thread into a namespace. {@code type}: CLONE_NEW*, or 0 for any. */
  public static void setns(Fd namespace, int type) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) SETNS.invoke(f, namespace.number(), type) == -1) {
        throw f.error(SETNS, "%s, %#x".formatted(namespace, type));
      }
    }
  }

  /** What runs inside a namespace. */
  @FunctionalInterface
  public interface Body<T> {
    T run() throws IOException;
  }

  /**
   * Runs {@code body} in a mount namespace, on a platform thread that is thrown away after it: a
   * thread that has entered one can never come back.
   *
   * <p>There, {@code /} is the container's root, and {@code /proc} is the container's own or
   * missing: only descriptors opened before, and paths relative to them, are sure to mean the same.
   *
   * @param namespace {@code /proc/PID/ns/mnt}, opened
   */
  public static <T> T inMountNamespace(Fd namespace, Body<T> body) throws IOException {
    var task =
        new FutureTask<T>(
            () -> {
              // A thread that shares its root and working directory with others may not enter.
              unshare(CLONE_FS);
              setns(namespace, CLONE_NEWNS);
              return body.run();
            });
    Thread.ofPlatform().name("mount-namespace").daemon().start(task);
    boolean interrupted = false;
    try {
      for (; ; ) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // what the body does must be known before this returns
        }
      }
    } catch (ExecutionException e) {
      throw cause(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException cause(ExecutionException e) {
    switch (e.getCause()) {
      case IOException io -> {
        return io;
      }
      case RuntimeException bug -> throw bug;
      case Error bug -> throw bug;
      case Throwable other -> throw new AssertionError(other);
    }
  }

  /** {@code count} ids from {@code onDisk} on are seen, through the mount, from {@code seen} on. */
  public record IdMap(long onDisk, long seen, long count) {
    public IdMap {
      assert onDisk >= 0 && seen >= 0 && count > 0;
    }

    private String line() {
      return onDisk + " " + seen + " " + count + "\n";
    }
  }

  /**
   * A user namespace for {@link Mounts#idmap}: a file of an owner {@code onDisk} is seen as owned
   * by {@code seen}, and a file that {@code seen} makes is owned by {@code onDisk} on disk. Owners
   * in no map are seen as 65534, and cannot make files (EOVERFLOW).
   *
   * <p>A user namespace must be made by a process with a single thread, which the JVM is not. So
   * a child is cloned that runs nothing but libc's {@code sleep}, on a stack of its own: no Java
   * code, no lock, no allocation. It shares no memory with the JVM, holds copies of its
   * descriptors, and is killed within a millisecond or so; should the JVM die meanwhile, it ends
   * by itself.
   *
   * @throws ErrnoException EINVAL for maps that overlap or are more than 340
   */
  public static Fd idmap(List<IdMap> uids, List<IdMap> gids) throws ErrnoException {
    int child = cloneSleeper();
    try {
      writeMap(child, "uid_map", uids);
      writeMap(child, "gid_map", gids);
      return Open.open("/proc/%d/ns/user".formatted(child), Open.O_RDONLY);
    } finally {
      // It cannot have been waited for by anyone else, so the number is still the child's.
      Processes.kill(child, Processes.SIGKILL);
      Processes.waitpid(child, Processes.WALL);
    }
  }

  /** A child that sleeps some seconds, in a user namespace of its own; its number. */
  static int cloneSleeper() throws ErrnoException {
    try (var f = Frame.open();
        var arena = Arena.ofConfined()) {
      var stack = arena.allocate(CHILD_STACK_BYTES, 16);
      long top = stack.address() + stack.byteSize();
      // No signal when it ends: that would be a SIGCHLD out of nowhere.
      int child = (int) CLONE.invoke(f, SLEEP, top, CLONE_NEWUSER, CHILD_SECONDS);
      if (child == -1) {
        throw f.error(CLONE, "CLONE_NEWUSER");
      }
      return child;
    }
  }

  private static void writeMap(int pid, String name, List<IdMap> map) throws ErrnoException {
    var lines = map.stream().map(IdMap::line).collect(Collectors.joining());
    try (var file = Open.open("/proc/%d/%s".formatted(pid, name), Open.O_WRONLY)) {
      Io.write(file, ByteBuffer.wrap(lines.getBytes(US_ASCII))); // the kernel takes it at once
    }
  }
}
