package stowage.layer;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import stowage.base.ByteStrings;
import stowage.base.Resource;
import stowage.base.StowageException.Corrupt;
import stowage.base.StowageException.LimitExceeded;
import stowage.base.StowageException.NotFound;
import stowage.oci.LayerPath;

/** The {@link Tree} over a {@link Stack}: paths, symlinks, streams. */
final class StackTree implements Tree {
  private static final int SYMLINKS_MAX = 40;

  private final Stack stack;
  private final Runnable release;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  /** What a path led to, and the path without symlinks that leads there. */
  private record Place(String path, Stack.Found found) {}

  StackTree(Stack stack, Runnable release) {
    this.stack = stack;
    this.release = release;
  }

  @Override
  public Optional<Node> lookup(String path) {
    return walk(path, false).map(StackTree::node);
  }

  @Override
  public Optional<Node> resolve(String path) {
    return walk(path, true).map(StackTree::node);
  }

  @Override
  public List<Node> list(String path) {
    var nodes = new ArrayList<Node>();
    walk(path, true)
        .filter(place -> place.found.isDirectory())
        .ifPresent(
            place ->
                stack
                    .list(place.found)
                    .forEach(
                        (name, child) ->
                            nodes.add(
                                node(new Place(LayerPath.child(place.path, name), child)))));
    return nodes;
  }

  @Override
  public InputStream open(Node file) {
    var found = stack.find(file.path().substring(1));
    if (found.isEmpty() || found.get().top().inode().kind() != Inode.FILE) {
      throw new NotFound(Resource.FILE, ByteStrings.text(file.path()));
    }
    return new FileInput(found.get().top());
  }

  @Override
  public Optional<byte[]> read(String path, int limitBytes) {
    var place = walk(path, true);
    if (place.isEmpty() || place.get().found.top().inode().kind() != Inode.FILE) {
      return Optional.empty();
    }
    var part = place.get().found.top();
    if (part.inode().size() > limitBytes) {
      throw new LimitExceeded(
          "%s is larger than %d bytes".formatted(ByteStrings.text(path), limitBytes), null);
    }
    var bytes = ByteBuffer.allocate((int) part.inode().size());
    while (bytes.hasRemaining()) {
      part.reader().read(part.inode(), bytes.position(), bytes);
    }
    return Optional.of(bytes.array());
  }

  private Optional<Place> walk(String path, boolean followsLast) {
    var above = new ArrayList<Place>();
    var root = stack.root();
    if (root.isEmpty()) {
      return Optional.empty();
    }
    above.add(new Place("", root.get()));
    var todo = new ArrayDeque<String>();
    push(todo, path);
    int symlinks = 0;
    while (!todo.isEmpty()) {
      var name = todo.pop();
      if (name.equals("..")) {
        if (above.size() > 1) {
          above.removeLast();
        }
        continue;
      }
      var at = above.getLast();
      var child =
          Optional.of(at.found)
              .filter(Stack.Found::isDirectory)
              .flatMap(directory -> stack.child(directory, name));
      if (child.isEmpty()) {
        return Optional.empty();
      }
      var part = child.get().top();
      if (part.inode().kind() == Inode.SYMLINK && (followsLast || !todo.isEmpty())) {
        if (++symlinks > SYMLINKS_MAX) {
          return Optional.empty();
        }
        var target = part.reader().target(part.inode());
        if (target.startsWith("/")) {
          above.subList(1, above.size()).clear();
        }
        push(todo, target);
      } else {
        above.add(new Place(LayerPath.child(at.path, name), child.get()));
      }
    }
    return Optional.of(above.getLast());
  }

  /** Puts a path's names before what is still to do. */
  private static void push(ArrayDeque<String> todo, String path) {
    for (var name : List.of(path.split("/")).reversed()) {
      if (!name.isEmpty() && !name.equals(".")) {
        todo.push(name);
      }
    }
  }

  private static Node node(Place place) {
    var part = place.found.top();
    var inode = part.inode();
    var xattrs = new LinkedHashMap<>(inode.xattrs());
    xattrs.keySet().removeIf(ErofsXattrs::isControl);
    var kind = kind(inode.kind(), place.path);
    boolean isDevice = kind == Node.Kind.CHARACTER_DEVICE || kind == Node.Kind.BLOCK_DEVICE;
    return new Node(
        "/" + place.path,
        kind,
        inode.mode() & 07777,
        inode.uid(),
        inode.gid(),
        kind == Node.Kind.DIRECTORY ? 0 : inode.size(),
        inode.mtimeSeconds(),
        inode.mtimeNanos(),
        isDevice ? ErofsFormat.major(inode.block()) : 0,
        isDevice ? ErofsFormat.minor(inode.block()) : 0,
        kind == Node.Kind.SYMLINK ? part.reader().target(inode) : "",
        xattrs);
  }

  private static Node.Kind kind(int kind, String path) {
    return switch (kind) {
      case Inode.FILE -> Node.Kind.FILE;
      case Inode.DIRECTORY -> Node.Kind.DIRECTORY;
      case Inode.SYMLINK -> Node.Kind.SYMLINK;
      case Inode.CHARACTER_DEVICE -> Node.Kind.CHARACTER_DEVICE;
      case Inode.BLOCK_DEVICE -> Node.Kind.BLOCK_DEVICE;
      case Inode.FIFO -> Node.Kind.FIFO;
      case Inode.SOCKET -> Node.Kind.SOCKET;
      default -> throw new Corrupt("layer: damaged index at " + ByteStrings.text(path), null);
    };
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      stack.close();
      release.run();
    }
  }

  /** A file's bytes. */
  private static final class FileInput extends InputStream {
    private final Stack.Part file;
    private final byte[] one = new byte[1];
    private long at;

    FileInput(Stack.Part file) {
      this.file = file;
    }

    @Override
    public int read() {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      int count = file.reader().read(file.inode(), at, ByteBuffer.wrap(to, offset, length));
      at += Math.max(count, 0);
      return count;
    }

    @Override
    public long skip(long count) {
      long skipped = Math.clamp(count, 0, file.inode().size() - at);
      at += skipped;
      return skipped;
    }
  }
}
