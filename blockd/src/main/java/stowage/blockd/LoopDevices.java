package stowage.blockd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Loop;
import stowage.linux.Open;
import stowage.linux.Stat;

/** The machine's loop devices, by what they are over. */
final class LoopDevices {
  private static final String DELETED = " (deleted)";

  private LoopDevices() {}

  /** Those over a file that had that path when it was given to them. */
  static List<String> over(String path) throws IOException {
    var found = new ArrayList<String>();
    try (var loops = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (var loop : loops) {
        var name = loop.resolve("loop/backing_file");
        try {
          var backing = Files.readString(name, ISO_8859_1).strip();
          if (backing.equals(path) || backing.equals(path + DELETED)) {
            found.add("/dev/" + loop.getFileName());
          }
        } catch (IOException overNothing) {
          continue;
        }
      }
    }
    return found;
  }

  /** The one over exactly this open file, whose path was that. */
  static Optional<String> over(String path, Fd file) throws IOException {
    var stat = Stat.of(file);
    for (var device : over(path)) {
      try (var special = Open.open(device, Open.O_RDONLY)) {
        if (Loop.backing(special).is(stat)) {
          return Optional.of(device);
        }
      } catch (ErrnoException e) {
        if (!e.is(Errno.ENXIO) && !e.is(Errno.ENOTCONN) && !e.is(Errno.ECONNABORTED)) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Parts a device from its file: at once if nobody else has it open, else every request fails from
   * now on and the last one to let go of it frees it.
   */
  static void release(String device) throws IOException {
    try (var special = Open.open(device, Open.O_RDONLY)) {
      Loop.detach(special);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENXIO)) { // it is over nothing already
        throw e;
      }
    }
  }
}
