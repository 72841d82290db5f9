package stowage.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * A library that, preloaded into a process, counts the calls by which it changes files and makes
 * one of them fail or be the last: failshim.c.
 */
public final class FailShim {
  private final Path library;

  private FailShim(Path library) {
    this.library = library;
  }

  /** Whether this machine has a C compiler to make it with. */
  public static boolean isPossible() {
    return Files.isExecutable(Path.of("/usr/bin/cc"));
  }

  /** Compiles the library into a folder. */
  public static FailShim in(Path folder) throws IOException, InterruptedException {
    Path source = folder.resolve("failshim.c");
    Path library = folder.resolve("failshim.so");
    try (InputStream c = FailShim.class.getResourceAsStream("failshim.c")) {
      Files.copy(c, source, StandardCopyOption.REPLACE_EXISTING);
    }
    var compiler =
        new ProcessBuilder(
                "cc", "-shared", "-fPIC", "-O2", source.toString(), "-o", library.toString(),
                "-ldl")
            .inheritIO()
            .start();
    if (compiler.waitFor() != 0) {
      throw new IOException("failshim.c does not compile");
    }
    return new FailShim(library);
  }

  /** The environment of a process whose calls on paths with {@code match} are logged. */
  public Map<String, String> logging(Path log, String match) {
    return Map.of("LD_PRELOAD", library.toString(), "FS_LOG", log.toString(), "FS_MATCH", match);
  }

  /**
   * The environment of a process of whose calls on paths with {@code match} the n-th, from 1, is
   * struck.
   *
   * @param act kill, eio, enospc or emfile
   */
  public Map<String, String> striking(long at, String act, String match) {
    return Map.of(
        "LD_PRELOAD", library.toString(), "FS_AT", "" + at, "FS_ACT", act, "FS_MATCH", match);
  }

  /** How many calls a log has, and which. */
  public static List<String> calls(Path log) throws IOException {
    return Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
