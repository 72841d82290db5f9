package stowage.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** Intel's ISA-L, if the machine has it: deflate at several times zlib's speed. */
final class Isal {
  /** {@code int isal_inflate(struct inflate_state *)} and the like; null without the library. */
  static final MethodHandle INFLATE_INIT;

  static final MethodHandle INFLATE_RESET;
  static final MethodHandle INFLATE;
  static final MethodHandle DEFLATE_INIT;
  static final MethodHandle DEFLATE;

  static {
    var library = library("libisal.so.2");
    INFLATE_INIT = library == null ? null : bind(library, "isal_inflate_init");
    INFLATE_RESET = library == null ? null : bind(library, "isal_inflate_reset");
    INFLATE = library == null ? null : bind(library, "isal_inflate");
    DEFLATE_INIT = library == null ? null : bind(library, "isal_deflate_init");
    DEFLATE = library == null ? null : bind(library, "isal_deflate");
  }

  private Isal() {}

  static boolean isThere() {
    return INFLATE != null;
  }

  /** A library by the name the dynamic linker knows it by, or null. */
  @SuppressWarnings("restricted") // native code is this module's business, and no other's
  static SymbolLookup library(String name) {
    try {
      return SymbolLookup.libraryLookup(name, Arena.global());
    } catch (IllegalArgumentException e) {
      return null; // not installed
    }
  }

  private static MethodHandle bind(SymbolLookup library, String function) {
    return Call.bind(library.findOrThrow(function), 1, List.of());
  }

  /** Calls a function on a state; its {@code int} result. */
  static int call(MethodHandle function, MemorySegment state) {
    try {
      return (int) (long) function.invokeExact(state.address());
    } catch (Throwable t) {
      throw Call.never(t);
    }
  }
}
