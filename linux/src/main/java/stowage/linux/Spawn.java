package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.List;

/**
 * posix_spawn(3): a program in a session of its own that is given descriptors, which the
 * JDK cannot. It gets nothing else of this process: no other descriptor, and {@code
 * /dev/null} for its input and output.
 */
public final class Spawn {
  private static final Call SPAWN = Call.of("posix_spawn", 6);
  private static final Call ACTIONS_INIT = Call.of("posix_spawn_file_actions_init", 1);
  private static final Call ACTIONS_DESTROY = Call.of("posix_spawn_file_actions_destroy", 1);
  private static final Call ADD_OPEN = Call.of("posix_spawn_file_actions_addopen", 5);
  private static final Call ADD_DUP2 = Call.of("posix_spawn_file_actions_adddup2", 3);
  private static final Call ADD_CLOSEFROM = Call.of("posix_spawn_file_actions_addclosefrom_np", 2);
  private static final Call ATTR_INIT = Call.of("posix_spawnattr_init", 1);
  private static final Call ATTR_DESTROY = Call.of("posix_spawnattr_destroy", 1);
  private static final Call ATTR_FLAGS = Call.of("posix_spawnattr_setflags", 2);
  private static final int ACTIONS_BYTES = 128; // glibc's has 80
  private static final int ATTR_BYTES = 512; // glibc's has 336
  private static final int POSIX_SPAWN_SETSID = 0x80;

  /** The number of the first descriptor that is given. */
  public static final int FIRST = 3;

  private Spawn() {}

  /**
   * Starts a program.
   *
   * @param arguments with its name first
   * @param given becomes {@link #FIRST} and the numbers after it
   * @return its process id; it is a child, to be waited for ({@link Processes#waitpid})
   */
  public static int spawn(String program, List<String> arguments, List<Fd> given)
      throws ErrnoException {
    try (var f = Frame.open()) {
      long actions = f.zeroes(ACTIONS_BYTES).address();
      long attributes = f.zeroes(ATTR_BYTES).address();
      var pid = f.zeroes(4);
      var argv = f.zeroes(8 * (arguments.size() + 1));
      for (int i = 0; i < arguments.size(); i++) {
        argv.set(JAVA_LONG, 8L * i, f.string(arguments.get(i)));
      }
      var environment = f.zeroes(8);
      check((int) ACTIONS_INIT.invoke(f, actions), program);
      check((int) ATTR_INIT.invoke(f, attributes), program);
      try {
        check((int) ATTR_FLAGS.invoke(f, attributes, POSIX_SPAWN_SETSID), program);
        fileActions(f, actions, given);
        check(
            (int)
                SPAWN.invoke(
                    f,
                    pid.address(),
                    f.string(program),
                    actions,
                    attributes,
                    argv.address(),
                    environment.address()),
            program);
      } finally {
        ATTR_DESTROY.invoke(f, attributes);
        ACTIONS_DESTROY.invoke(f, actions);
      }
      return pid.get(JAVA_INT, 0);
    }
  }

  /**
   * The child first copies what it is given to numbers nobody has, since the number one goes to may
   * be where another still is.
   */
  private static void fileActions(Frame f, long actions, List<Fd> given) throws ErrnoException {
    int high = FIRST + given.size();
    for (var fd : given) {
      high = Math.max(high, fd.number() + 1);
    }
    long devNull = f.string("/dev/null");
    for (int i = 0; i < FIRST; i++) {
      check((int) ADD_OPEN.invoke(f, actions, i, devNull, Open.O_RDWR, 0), "/dev/null");
    }
    for (int i = 0; i < given.size(); i++) {
      check((int) ADD_DUP2.invoke(f, actions, given.get(i).number(), high + i), "dup2");
    }
    for (int i = 0; i < given.size(); i++) {
      check((int) ADD_DUP2.invoke(f, actions, high + i, FIRST + i), "dup2");
    }
    check((int) ADD_CLOSEFROM.invoke(f, actions, FIRST + given.size()), "closefrom");
  }

  /** These functions return the errno instead of setting it. */
  private static void check(int errno, String what) throws ErrnoException {
    if (errno != 0) {
      throw new ErrnoException(SPAWN.name(), what, errno);
    }
  }
}
