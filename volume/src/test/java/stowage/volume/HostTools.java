package stowage.volume;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stowage.base.StowageException.Failed;

/** The host's programs for filesystems, with as little around them as tests need. */
final class HostTools implements Filesystems {
  /** What was made, as {@code type device again}. */
  final List<String> made = new ArrayList<>();

  @Override
  public Found probe(String device) {
    var type = run("blkid", "-p", "-o", "value", "-s", "TYPE", device);
    var table = run("blkid", "-p", "-o", "value", "-s", "PTTYPE", device);
    if (!table.isEmpty()) {
      return new Found.Other("a partition table");
    }
    return type.isEmpty() ? new Found.Nothing() : new Found.Filesystem(type);
  }

  @Override
  public void make(String device, String type, boolean again) {
    made.add(type + " " + device + " " + again);
    if (type.equals("xfs")) {
      ok(again ? new String[] {"mkfs.xfs", "-q", "-f", device} : new String[] {"mkfs.xfs", device});
    } else {
      ok("mkfs.ext4", "-q", again ? "-F" : "-q", device);
    }
  }

  @Override
  public void grow(String device, String type, String mountpoint) {
    if (type.equals("xfs")) {
      ok("xfs_growfs", mountpoint);
    } else {
      ok("resize2fs", device);
    }
  }

  @Override
  public void growUnmounted(String device) {
    ok("e2fsck", "-f", "-p", device);
    ok("resize2fs", device);
  }

  /** Runs a program that must end well. */
  static String ok(String... words) {
    var output = new StringBuilder();
    if (run(words, output) != 0) {
      throw new Failed(Arrays.toString(words) + ": " + output, null);
    }
    return output.toString().strip();
  }

  private static String run(String... words) {
    var output = new StringBuilder();
    return run(words, output) == 0 ? output.toString().strip() : "";
  }

  private static int run(String[] words, StringBuilder output) {
    try {
      var process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getOutputStream().close();
      output.append(new String(process.getInputStream().readAllBytes(), UTF_8));
      return process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
