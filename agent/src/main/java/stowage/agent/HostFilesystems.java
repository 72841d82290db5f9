package stowage.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stowage.base.StowageException.Failed;
import stowage.volume.Filesystems;

/** The host's own programs for filesystems: util-linux, e2fsprogs, xfsprogs. */
final class HostFilesystems implements Filesystems {
  private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");
  private static final Map<String, String> PACKAGES =
      Map.of(
          "blkid", "util-linux",
          "mkfs.ext4", "e2fsprogs",
          "resize2fs", "e2fsprogs",
          "e2fsck", "e2fsprogs",
          "mkfs.xfs", "xfsprogs",
          "xfs_growfs", "xfsprogs");
  private static final int NOTHING = 2;
  private static final int REPAIRED = 1;
  private static final int OUTPUT_MAX = 64 << 10;
  private static final int TOLD_MAX = 500;

  private record Ended(int status, String output) {}

  /** With blkid's low-level probing, which reads the device and no cache. */
  @Override
  public Found probe(String device) {
    var words = List.of("blkid", "-p", "-o", "export", device);
    var ended = run(words);
    if (ended.status == NOTHING) {
      checkReadable(device); // the same status, and not a word, where it is not
      return new Found.Nothing();
    }
    if (ended.status != 0) { // 8: several signatures that exclude each other
      return new Found.Other("something ambiguous (%s)".formatted(told(ended.output)));
    }
    var fields = new HashMap<String, String>();
    for (String line : ended.output.split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        fields.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    String type = fields.getOrDefault("TYPE", "");
    if (fields.containsKey("PTTYPE")) {
      return new Found.Other("a partition table (%s)".formatted(fields.get("PTTYPE")));
    }
    if (fields.getOrDefault("USAGE", "").equals("filesystem") && !type.isEmpty()) {
      return new Found.Filesystem(type);
    }
    return new Found.Other(type.isEmpty() ? "something unknown" : type);
  }

  private static void checkReadable(String device) {
    try (var channel = Files.newByteChannel(Path.of(device))) {
      int read = channel.read(ByteBuffer.allocate(1));
      if (read != 1) {
        throw new Failed("cannot read %s: it is empty".formatted(device), null);
      }
    } catch (IOException e) {
      throw new Failed("cannot read %s: %s".formatted(device, e.getMessage()), e);
    }
  }

  @Override
  public void make(String device, String type, boolean again) {
    var words = new ArrayList<String>();
    switch (type) {
      case "ext4" -> {
        // All of it is the containers'; inode tables are zeroed when they are first used.
        words.addAll(List.of("mkfs.ext4", "-q", "-m", "0", "-E", "nodiscard,lazy_itable_init=1"));
        if (again) {
          words.add("-F");
        }
      }
      case "xfs" -> {
        words.addAll(List.of("mkfs.xfs", "-q", "-K"));
        if (again) {
          words.add("-f");
        }
      }
      case String other -> throw new AssertionError("nobody makes " + other);
    }
    words.add(device);
    check(words);
  }

  @Override
  public void grow(String device, String type, String mountpoint) {
    switch (type) {
      case "ext4" -> check(List.of("resize2fs", device));
      case "xfs" -> check(List.of("xfs_growfs", "-d", mountpoint));
      case String other -> throw new AssertionError("nobody mounts " + other);
    }
  }

  @Override
  public void growUnmounted(String device) {
    var ended = run(List.of("e2fsck", "-f", "-p", device));
    if (ended.status > REPAIRED) {
      throw failed(List.of("e2fsck", device), ended);
    }
    check(List.of("resize2fs", device));
  }

  private static void check(List<String> words) {
    var ended = run(words);
    if (ended.status != 0) {
      throw failed(words, ended);
    }
  }

  private static Failed failed(List<String> words, Ended ended) {
    return new Failed(
        "%s failed with status %d: %s"
            .formatted(String.join(" ", words), ended.status, told(ended.output)),
        null);
  }

  private static String told(String output) {
    String line = output.strip().replace('\n', ' ');
    return line.length() <= TOLD_MAX ? line : "..." + line.substring(line.length() - TOLD_MAX);
  }

  private static Ended run(List<String> words) {
    var command = new ArrayList<>(words);
    command.set(0, find(words.getFirst()));
    try {
      var builder =
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.environment().put("LC_ALL", "C");
      builder.environment().put("BLKID_FILE", "/dev/null");
      var process = builder.start();
      String output;
      try (var out = process.getInputStream()) {
        output = new String(out.readNBytes(OUTPUT_MAX), UTF_8);
      }
      return new Ended(process.waitFor(), output);
    } catch (IOException e) {
      throw new Failed("cannot run %s: %s".formatted(command.getFirst(), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failed("interrupted while %s ran".formatted(command.getFirst()), e);
    }
  }

  private static String find(String program) {
    for (String folder : FOLDERS) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return folder + "/" + program;
      }
    }
    throw new Failed(
        "%s is not installed: apt-get install %s".formatted(program, PACKAGES.get(program)), null);
  }
}
