package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.linux.Directory;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;
import stowage.linux.Stat;

/** Our own walk against the kernel's openat2(RESOLVE_IN_ROOT), over random trees of symlinks. */
final class RootWalkTest {
  private static final int TREES = 60;
  private static final int PATHS = 60;
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

  private static long seed() {
    String given = System.getProperty("seed", "");
    return given.isEmpty() ? 4711 : Long.parseLong(given);
  }

  /** A path of up to five parts, with ".." among them. */
  private static String path(Random random, boolean absolute) {
    var parts = new ArrayList<String>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      int pick = random.nextInt(NAMES.size() + 1);
      parts.add(pick < NAMES.size() ? NAMES.get(pick) : "..");
    }
    return (absolute ? "/" : "") + String.join("/", parts);
  }

  private static void grow(Random random, Fd directory, int depth) throws ErrnoException {
    for (String name : NAMES) {
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          if (depth < 4) {
            Directory.mkdirat(directory, name, 0755);
            try (var child = Open.openat(directory, name, Open.O_RDONLY | Open.O_DIRECTORY)) {
              grow(random, child, depth + 1);
            }
          }
        }
        case 2, 3 -> Directory.symlinkat(path(random, random.nextBoolean()), directory, name);
        case 4 -> Directory.mknodat(directory, name, 0100644, 0, 0);
        default -> {}
      }
    }
  }

  /** Where the kernel gets to; null and the errno when it does not. */
  private record Oracle(Stat stat, ErrnoException failure) {
    static Oracle of(Fd root, String path) throws ErrnoException {
      try (var fd = Open.inRoot(root, path, Open.O_PATH)) {
        return new Oracle(Stat.of(fd), null);
      } catch (ErrnoException e) {
        return new Oracle(null, e);
      }
    }
  }

  @Test
  void theWalkEndsWhereTheKernelsDoes(@TempDir Path temp) throws IOException {
    long seed = seed();
    var random = new Random(seed);
    for (int tree = 0; tree < TREES; tree++) {
      var top = Files.createDirectories(temp.resolve("t" + tree + "/root"));
      try (var root =
          Open.open(ByteStrings.ofPath(top), Open.O_RDONLY | Open.O_DIRECTORY)) {
        grow(random, root, 0);
        for (int i = 0; i < PATHS; i++) {
          String path = path(random, random.nextBoolean());
          check(root, path, "seed %d, tree %d, path %s".formatted(seed, tree, path));
        }
      }
      try (var beside = Files.list(top.getParent())) {
        assertThat(beside).as("nothing is made beside the root, seed " + seed).hasSize(1);
      }
    }
  }

  private static void check(Fd root, String path, String what) throws IOException {
    var before = Oracle.of(root, path);
    String evaluated = RootPaths.evaluate(root, path);
    try (var walk = RootWalk.to(root, path, RootWalk.Missing.DIRECTORY)) {
      var reached = Stat.of(walk.fd());
      var after = Oracle.of(root, path);
      if (before.stat != null) {
        assertThat(reached.ino()).as(what).isEqualTo(before.stat.ino());
        assertThat(walk.path()).as(what).isEqualTo(evaluated);
        assertThat(Oracle.of(root, evaluated).stat.ino()).as(what).isEqualTo(reached.ino());
      } else {
        assertThat(before.failure.is(Errno.ENOENT)).as(what + ": " + before.failure).isTrue();
        assertThat(after.stat.ino()).as(what).isEqualTo(reached.ino());
      }
    } catch (NotDirectoryException e) {
      assertThat(before.stat).as(what).isNull();
      assertThat(before.failure.is(Errno.ENOTDIR) || before.failure.is(Errno.ENOENT))
          .as(what + ": " + before.failure)
          .isTrue();
    } catch (FileSystemLoopException e) {
      assertThat(before.stat).as(what).isNull();
      assertThat(before.failure.is(Errno.ELOOP) || before.failure.is(Errno.ENOENT))
          .as(what + ": " + before.failure)
          .isTrue();
    }
  }
}
