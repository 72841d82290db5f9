package stowage.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The mounts of a process, as {@code /proc/PID/mountinfo} lists them: in the order they were made,
 * so that of two at the same mount point the later covers the earlier.
 */
public final class MountTable {
  private static final int FIELDS_MIN = 10;

  private MountTable() {}

  /**
   * One mount.
   *
   * @param root the directory inside the filesystem that is mounted
   * @param mountPoint where it is, relative to the process's root
   * @param options of this mount, comma separated
   * @param propagation {@code shared:N}, {@code master:N}, ...; empty when private
   * @param superOptions of the filesystem, comma separated
   */
  public record Mount(
      int id,
      int parentId,
      int devMajor,
      int devMinor,
      String root,
      String mountPoint,
      String options,
      List<String> propagation,
      String type,
      String source,
      String superOptions) {

    public boolean readOnly() {
      return options.equals("ro") || options.startsWith("ro,");
    }

    public boolean shared() {
      return propagation.stream().anyMatch(field -> field.startsWith("shared:"));
    }
  }

  /** Of the calling thread, which may be in another mount namespace than the process. */
  public static List<Mount> own() throws IOException {
    return read(Path.of("/proc/thread-self/mountinfo"));
  }

  /** Of a process. */
  public static List<Mount> of(long pid) throws IOException {
    return read(Path.of("/proc/" + pid + "/mountinfo"));
  }

  /** The topmost mount at exactly this path of the calling thread. */
  public static Optional<Mount> at(String mountPoint) throws IOException {
    return own().stream()
        .filter(mount -> mount.mountPoint().equals(mountPoint))
        .reduce((covered, top) -> top);
  }

  private static List<Mount> read(Path file) throws IOException {
    return parse(Files.readString(file, ISO_8859_1));
  }

  static List<Mount> parse(String mountinfo) throws IOException {
    var mounts = new ArrayList<Mount>();
    for (var line : mountinfo.split("\n")) {
      if (!line.isEmpty()) {
        mounts.add(parseLine(line));
      }
    }
    return mounts;
  }

  /** proc_pid_mountinfo(5): six fields, any number of optional ones, {@code -}, three fields. */
  private static Mount parseLine(String line) throws IOException {
    var fields = line.split(" ", -1);
    int dash = 6;
    while (dash < fields.length && !fields[dash].equals("-")) {
      dash++;
    }
    var device = fields.length < FIELDS_MIN ? new String[0] : fields[2].split(":");
    if (dash + 3 >= fields.length || device.length != 2) {
      throw new IOException("mountinfo has a line that is not one: " + line);
    }
    return new Mount(
        Integer.parseInt(fields[0]),
        Integer.parseInt(fields[1]),
        Integer.parseInt(device[0]),
        Integer.parseInt(device[1]),
        unescape(fields[3]),
        unescape(fields[4]),
        fields[5],
        List.of(fields).subList(6, dash),
        unescape(fields[dash + 1]),
        unescape(fields[dash + 2]),
        fields[dash + 3]);
  }

  /** Space, tab, newline and backslash are written as a backslash and three octal digits. */
  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    var plain = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        plain.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
