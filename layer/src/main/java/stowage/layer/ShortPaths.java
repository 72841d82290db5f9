package stowage.layer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stowage.base.ByteStrings;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Open;

/**
 * Paths for fsconfig(2), which takes none above 255 bytes: a longer one is opened, and named by its
 * descriptor until this is closed.
 */
final class ShortPaths implements AutoCloseable {
  private static final int BYTES_MAX = 255;

  private final List<Fd> open = new ArrayList<>();

  String of(Path path) throws ErrnoException {
    var name = ByteStrings.ofPath(path);
    if (name.length() <= BYTES_MAX) {
      return name;
    }
    var fd = Open.open(name, Open.O_PATH);
    open.add(fd);
    return fd.procPath();
  }

  @Override
  public void close() {
    open.forEach(Fd::close);
  }
}
