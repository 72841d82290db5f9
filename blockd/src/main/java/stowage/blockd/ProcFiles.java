package stowage.blockd;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stowage.linux.ErrnoException;
import stowage.linux.Stat;

/** What /proc tells of the machine's processes, which may be gone at any moment. */
final class ProcFiles {
  private ProcFiles() {}

  /** The ids of all processes. */
  static List<Integer> pids() throws IOException {
    var pids = new ArrayList<Integer>();
    DirectoryStream.Filter<Path> isProcess =
        path -> Character.isDigit(path.getFileName().toString().charAt(0));
    try (var entries = Files.newDirectoryStream(Path.of("/proc"), isProcess)) {
      for (var entry : entries) {
        pids.add(Integer.valueOf(entry.getFileName().toString()));
      }
    }
    return pids;
  }

  /** Whether it runs as root. */
  static boolean isRoots(int pid) throws ErrnoException {
    return Stat.path("/proc/" + pid, false).uid() == 0;
  }

  /** As in {@code fio[4711]}. */
  static String name(int pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).strip() + "[" + pid + "]";
    } catch (IOException gone) {
      return "[" + pid + "]";
    }
  }
}
