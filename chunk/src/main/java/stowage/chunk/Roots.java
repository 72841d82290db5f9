package stowage.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import stowage.base.StowageException;
import stowage.store.Disk;
import stowage.store.Publish;

/** A folder of roots, each a file of its name: completed snapshots, or pins. Any thread. */
final class Roots {
  static final String SNAPSHOTS = "snapshots";
  static final String PINS = "pins";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,127}");

  private final Disk disk;
  private final Publish publish;
  private final String folder;

  Roots(Disk disk, Publish publish, String folder) {
    this.disk = disk;
    this.publish = publish;
    this.folder = folder;
  }

  static void requireName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new StowageException.InvalidArgument(what, name, "letters, digits, - and _");
    }
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  List<String> list() {
    try {
      return disk.list(folder).stream().filter(Roots::isName).toList();
    } catch (IOException e) {
      throw Disk.failure("list " + folder, e);
    }
  }

  /** Whether there is one of that name, good or not. */
  boolean has(String name) {
    try {
      return isName(name) && disk.size(folder + "/" + name).isPresent();
    } catch (IOException e) {
      throw Disk.failure("look for " + name, e);
    }
  }

  /** The root of that name, if it is there; Corrupt if neither copy is good. */
  Optional<Root> find(String name) {
    return isName(name) ? read(disk, folder + "/" + name).map(Root.Found::root) : Optional.empty();
  }

  /** Reads a root's file. */
  static Optional<Root.Found> read(Disk disk, String path) {
    try (var file = disk.open(path)) {
      var bytes = ByteBuffer.allocate((int) Math.min(file.size(), Root.FILE_BYTES_MAX));
      Pack.readFully(file, bytes, 0);
      var found = Root.read(bytes.flip());
      if (found.isEmpty()) {
        throw new StowageException.Corrupt("both copies in %s are damaged".formatted(path), null);
      }
      return found;
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw Disk.failure("read " + path, e);
    }
  }

  /** Makes it durable; false if the name is taken. */
  boolean publish(String name, Root root) {
    return write(publish, folder + "/" + name, root);
  }

  static boolean write(Publish publish, String path, Root root) {
    try (var file = publish.file()) {
      file.write(root.file());
      return file.publish(path);
    }
  }

  /** Removes it for good; false if there was none. */
  boolean remove(String name) {
    return isName(name) && publish.discard(folder + "/" + name);
  }
}
