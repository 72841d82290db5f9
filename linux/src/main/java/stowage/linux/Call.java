package stowage.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One C function of libc, bound. Every argument and the result is a 64-bit word: on x86_64 and
 * aarch64 an {@code int} argument is the low half of one and a pointer is one. A function that
 * returns {@code int} leaves the high half of its result undefined, so such results are read with
 * {@code (int)}.
 *
 * <p>A record, since the VM folds only the fields of those (and statics) to constants, which is
 * what makes a downcall cheap.
 */
record Call(String name, MethodHandle handle) {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final boolean X86_64 = System.getProperty("os.arch").equals("amd64");

  /**
   * {@code void *dlsym(void *, const char *)}. With RTLD_DEFAULT it looks where the program itself
   * would look, preloaded libraries first; {@link Linker#defaultLookup} goes past those.
   */
  @SuppressWarnings("restricted") // native code is this module's business, and no other's
  private static final MethodHandle DLSYM =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("dlsym"),
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));

  private static final long RTLD_DEFAULT = 0; // dlfcn.h

  /** A function of libc with that many arguments. */
  static Call of(String name, int arguments) {
    return new Call(name, bind(name, arguments));
  }

  /** A function of libc whose arguments after the first {@code fixed} are variadic. */
  static Call variadic(String name, int fixed, int arguments) {
    return new Call(name, bind(name, arguments, Linker.Option.firstVariadicArg(fixed)));
  }

  /** A system call older than the common numbers, that some libc has no function for. */
  static Call syscall(String name, int x86Number, int armNumber, int arguments) {
    return syscall(name, X86_64 ? x86Number : armNumber, arguments);
  }

  /** A system call (numbers from 424 on are the same on every machine) libc may not know. */
  static Call syscall(String name, int number, int arguments) {
    var handle = bind("syscall", arguments + 1, Linker.Option.firstVariadicArg(1));
    return new Call(name, MethodHandles.insertArguments(handle, 1, (long) number));
  }

  /** Picks one of two constants that differ by machine. */
  static int byMachine(int x86, int arm) {
    return X86_64 ? x86 : arm;
  }

  /** The address of a function of libc, for the kernel or libc to call. */
  static long address(String name) {
    try (var arena = Arena.ofConfined()) {
      long address = (long) DLSYM.invokeExact(RTLD_DEFAULT, arena.allocateFrom(name));
      if (address == 0) {
        throw new AssertionError("libc has no " + name);
      }
      return address;
    } catch (Throwable t) {
      throw never(t);
    }
  }

  /** A handle of {@code (MemorySegment errno, long...)long}. */
  private static MethodHandle bind(String name, int arguments, Linker.Option... options) {
    var all = new ArrayList<>(List.of(options));
    all.add(Linker.Option.captureCallState("errno"));
    return bind(MemorySegment.ofAddress(address(name)), arguments, all);
  }

  /** A function at an address, all of whose arguments are words. */
  @SuppressWarnings("restricted")
  static MethodHandle bind(MemorySegment function, int arguments, List<Linker.Option> options) {
    var words = new MemoryLayout[arguments];
    Arrays.fill(words, JAVA_LONG);
    return LINKER.downcallHandle(
        function, FunctionDescriptor.of(JAVA_LONG, words), options.toArray(Linker.Option[]::new));
  }

  long invoke(Frame f) {
    try {
      return (long) handle.invokeExact(f.errnoState());
    } catch (Throwable t) {
      throw never(t);
    }
  }

  long invoke(Frame f, long a) {
    try {
      return (long) handle.invokeExact(f.errnoState(), a);
    } catch (Throwable t) {
      throw never(t);
    }
  }

  long invoke(Frame f, long a, long b) {
    try {
      return (long) handle.invokeExact(f.errnoState(), a, b);
    } catch (Throwable t) {
      throw never(t);
    }
  }

  long invoke(Frame f, long a, long b, long c) {
    try {
      return (long) handle.invokeExact(f.errnoState(), a, b, c);
    } catch (Throwable t) {
      throw never(t);
    }
  }

  long invoke(Frame f, long a, long b, long c, long d) {
    try {
      return (long) handle.invokeExact(f.errnoState(), a, b, c, d);
    } catch (Throwable t) {
      throw never(t);
    }
  }

  long invoke(Frame f, long a, long b, long c, long d, long e) {
    try {
      return (long) handle.invokeExact(f.errnoState(), a, b, c, d, e);
    } catch (Throwable t) {
      throw never(t);
    }
  }

  long invoke(Frame f, long a, long b, long c, long d, long e, long g) {
    try {
      return (long) handle.invokeExact(f.errnoState(), a, b, c, d, e, g);
    } catch (Throwable t) {
      throw never(t);
    }
  }

  static AssertionError never(Throwable t) {
    return t instanceof AssertionError error
        ? error
        : new AssertionError("a downcall throws nothing", t);
  }
}
