package stowage.layer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import stowage.base.Digest;

/**
 * The layers of a chain on top of each other, read through their indexes and merged as overlayfs
 * merges them: a directory shows what all of them have in it, down to one that is opaque; anything
 * else, a whiteout too, hides what is below it.
 */
final class Stack implements AutoCloseable {
  private final List<ErofsReader> readers = new ArrayList<>();

  /** A layer and the index it has in its chain, a name on the disk. */
  record Placed(Digest diffId, String index) {}

  /** An inode and the layer that has it. */
  record Part(ErofsReader reader, ErofsReader.Stored inode) {}

  /** What a name stands for: several directories, top first, or one of anything else. */
  record Found(List<Part> parts) {
    Part top() {
      return parts.getFirst();
    }

    boolean isDirectory() {
      return top().inode().isDirectory();
    }
  }

  /** Opens layers, bottom first. */
  Stack(Path root, List<Placed> layers) {
    boolean isOpen = false;
    try {
      for (var layer : layers.reversed()) {
        readers.add(
            ErofsReader.open(
                layer.diffId(),
                root.resolve(layer.index()),
                root.resolve(Names.tar(layer.diffId()))));
      }
      isOpen = true;
    } finally {
      if (!isOpen) {
        close();
      }
    }
  }

  /** The root, empty when there is no layer. */
  Optional<Found> root() {
    var parts = new ArrayList<Part>();
    for (var reader : readers) {
      parts.add(new Part(reader, reader.root()));
      if (reader.root().isOpaque()) {
        break;
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(new Found(parts));
  }

  /** What a directory has under a name. */
  Optional<Found> child(Found directory, String name) {
    var parts = new ArrayList<Part>();
    for (var part : directory.parts()) {
      var child = part.reader().child(part.inode(), name);
      if (child.isEmpty()) {
        continue;
      }
      var inode = child.get();
      if (inode.isWhiteout() || !inode.isDirectory() && !parts.isEmpty()) {
        break;
      }
      parts.add(new Part(part.reader(), inode));
      if (!inode.isDirectory() || inode.isOpaque()) {
        break;
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(new Found(parts));
  }

  /** What a path stands for, a relative one without dots; no symlink is followed. */
  Optional<Found> find(String path) {
    var at = root();
    for (int from = 0; from < path.length() && at.isPresent(); ) {
      int slash = path.indexOf('/', from);
      int end = slash < 0 ? path.length() : slash;
      var name = path.substring(from, end);
      at = at.filter(Found::isDirectory).flatMap(directory -> child(directory, name));
      from = end + 1;
    }
    return at;
  }

  /** What a directory has, by name. */
  TreeMap<String, Found> list(Found directory) {
    var names = new TreeSet<String>();
    for (var part : directory.parts()) {
      part.reader().list(part.inode()).forEach(entry -> names.add(entry.name()));
    }
    var children = new TreeMap<String, Found>();
    for (var name : names) {
      child(directory, name).ifPresent(found -> children.put(name, found));
    }
    return children;
  }

  @Override
  public void close() {
    readers.forEach(ErofsReader::close);
  }
}
