package stowage.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.base.StowageException.Corrupt;
import stowage.base.StowageException.Failed;
import stowage.layer.Inode.CopiedFile;
import stowage.layer.Inode.Directory;
import stowage.layer.Inode.LowerLink;
import stowage.layer.Inode.Special;
import stowage.layer.Inode.Symlink;
import stowage.oci.LayerPath;
import stowage.oci.TarReader;

/**
 * Finds for every layer of a chain the index it has there. Most have their plain one in every
 * chain. One that only implies a directory, links to a file of a layer below, or removes what is
 * not there gets an index of its own for each chain in which the plain one would not be right.
 */
final class Chains {
  private final Shelf shelf;
  private final Path root;
  private final Locks<Digest> locks;

  Chains(Shelf shelf, Path root, Locks<Digest> locks) {
    this.shelf = shelf;
    this.root = root;
    this.locks = locks;
  }

  /**
   * The layers that are seen, bottom first, with their indexes, which are made if need be. Callers
   * hold the layers.
   */
  List<Stack.Placed> settle(List<Digest> chain) {
    var placed = new ArrayList<Stack.Placed>();
    for (int i = 0; i < chain.size(); i++) {
      var facts = shelf.require(chain.get(i));
      if (facts.hidesBelow()) {
        placed.clear();
      }
      placed.add(
          new Stack.Placed(chain.get(i), index(facts, chain.subList(0, i + 1), placed)));
    }
    return placed;
  }

  private String index(Facts facts, List<Digest> chain, List<Stack.Placed> below) {
    var diffId = facts.layer().diffId();
    if (facts.isWhole() || below.isEmpty() && !facts.hasLinksOrWhiteouts()) {
      return Names.index(diffId);
    }
    var chainId = Chain.id(chain);
    try (var held = locks.take(chainId)) {
      assert held != null;
      var settled = shelf.indexIn(chainId);
      if (settled.isEmpty()) {
        settle(facts, chain, below);
        settled = shelf.indexIn(chainId);
      }
      return settled.orElseThrow();
    }
  }

  private void settle(Facts facts, List<Digest> chain, List<Stack.Placed> below) {
    try (var stack = new Stack(root, below)) {
      boolean asksRootOnly = facts.implies() == Facts.Implies.ROOT && !facts.hasLinksOrWhiteouts();
      if (asksRootOnly && isPlainRoot(stack)) {
        shelf.settle(chain);
        return;
      }
      var layer = facts.layer();
      try (var tar = shelf.open(Names.tar(layer.diffId()));
          var index = shelf.stage()) {
        var tree = reread(layer, tar);
        if (new Completion(tree, stack).run()) {
          ErofsWriter.write(tree, layer.diffId(), layer.tarBytes(), new StagedSink(index));
          shelf.settle(chain, index);
        } else {
          shelf.settle(chain);
        }
      }
    }
  }

  /**
   * Makes the index that a chain's top layer has of its own in it anew, if it is not what it should
   * be; answers whether it was not. Layers below have been repaired before.
   */
  boolean repair(List<Digest> chain) {
    var facts = shelf.require(chain.getLast());
    var layer = facts.layer();
    var name = Names.index(layer.diffId(), Chain.id(chain));
    if (!shelf.indexIn(Chain.id(chain)).equals(Optional.of(name))) {
      return false;
    }
    try (var stack = new Stack(root, settle(chain.subList(0, chain.size() - 1)));
        var tar = shelf.open(Names.tar(layer.diffId()))) {
      var tree = reread(layer, tar);
      new Completion(tree, stack).run();
      if (new Verify(shelf).isIndexSound(name, layer, tree)) {
        return false;
      }
      try (var index = shelf.stage()) {
        ErofsWriter.write(tree, layer.diffId(), layer.tarBytes(), new StagedSink(index));
        shelf.settle(chain, index);
        return true;
      }
    }
  }

  private static boolean isPlainRoot(Stack below) {
    return below.root().map(found -> isPlain(found.top().inode())).orElse(true);
  }

  /** Whether a directory below has the very attributes an implied one has by itself. */
  private static boolean isPlain(ErofsReader.Stored directory) {
    var plain = InodeAttributes.IMPLIED;
    return (directory.mode() & 07777) == plain.permissions()
        && directory.uid() == plain.uid()
        && directory.gid() == plain.gid()
        && withoutControl(directory.xattrs()).isEmpty();
  }

  private static Map<String, String> withoutControl(Map<String, String> xattrs) {
    var taken = new HashMap<>(xattrs);
    taken.keySet().removeIf(ErofsXattrs::isControl);
    return taken;
  }

  /** Gathers a layer's entries again, from headers alone: its data is stepped over. */
  static LayerTree reread(Layer layer, Bytes tar) {
    var builder = new TreeBuilder(tar);
    try {
      var reader = new TarReader(new BytesInput(tar, layer.tarBytes()));
      for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        builder.add(entry.get());
      }
    } catch (IOException e) {
      throw new Failed("cannot read layer " + layer.diffId() + ": " + e.getMessage(), e);
    }
    return builder.tree();
  }

  /** A layer's tree on its way to what it is in one chain. */
  private static final class Completion {
    private final LayerTree tree;
    private final Stack below;
    private final Map<String, Inode> copies = new HashMap<>();
    private boolean differs;

    Completion(LayerTree tree, Stack below) {
      this.tree = tree;
      this.below = below;
    }

    /** A directory of the tree, and what the layers below have at its path. */
    private record Visit(Directory directory, String path, Optional<Stack.Found> lower) {}

    /** Whether the tree is now another than by itself. */
    boolean run() {
      var links = inherit();
      for (var path : links) {
        var link = (LowerLink) tree.find(path);
        var copy = copies.computeIfAbsent(link.target, target -> copy(path, target));
        tree.put(path, copy);
        if (tree.find(link.target) == null) {
          // The one below is hidden by its copy here, so that both names are one file.
          tree.put(link.target, copy);
        }
        differs = true;
      }
      if (!links.isEmpty()) {
        inherit(); // the directories that the other names implied
      }
      return differs;
    }

    /** Gives implied directories what they have below; answers where links lead there. */
    private List<String> inherit() {
      var links = new ArrayList<String>();
      var todo = new ArrayDeque<Visit>();
      todo.push(new Visit(tree.root(), "", below.root()));
      while (!todo.isEmpty()) {
        var visit = todo.pop();
        var directory = visit.directory;
        var there = visit.lower.filter(found -> found.isDirectory() && !directory.isFresh());
        if (directory.isImplied() && there.isPresent()) {
          var inode = there.get().top().inode();
          differs |= !isPlain(inode);
          directory.become(attributes(inode));
        }
        var visible = there.filter(_ -> !directory.isOpaque());
        for (var all = directory.children.entrySet().iterator(); all.hasNext(); ) {
          var child = all.next();
          var name = child.getKey();
          var path = LayerPath.child(visit.path, name);
          if (child.getValue() instanceof Directory sub) {
            todo.push(new Visit(sub, path, visible.flatMap(v -> below.child(v, name))));
          } else if (child.getValue() instanceof LowerLink) {
            links.add(path);
          } else if (child.getValue() instanceof Special special
              && special.isWhiteout()
              && visible.flatMap(v -> below.child(v, name)).isEmpty()) {
            // In a directory of one layer alone overlayfs would list it.
            all.remove();
            differs = true;
          }
        }
      }
      return links;
    }

    private Inode copy(String path, String target) {
      var found = below.find(target);
      if (found.isEmpty() || found.get().isDirectory() || tree.hides(target)) {
        throw new Corrupt(
            "layer entry %s: a hard link to %s, which is no file here or below"
                .formatted(ByteStrings.text(path), ByteStrings.text(target)),
            null);
      }
      var part = found.get().top();
      var inode = part.inode();
      var attributes = attributes(inode);
      return switch (inode.kind()) {
        case Inode.FILE -> new CopiedFile(attributes, inode.size(), new LowerContent(part));
        case Inode.SYMLINK -> new Symlink(attributes, part.reader().target(inode));
        default ->
            new Special(
                attributes,
                inode.kind(),
                ErofsFormat.major(inode.block()),
                ErofsFormat.minor(inode.block()));
      };
    }

    private static InodeAttributes attributes(ErofsReader.Stored inode) {
      return new InodeAttributes(
          inode.mode() & 07777,
          inode.uid(),
          inode.gid(),
          inode.mtimeSeconds(),
          inode.mtimeNanos(),
          ErofsXattrs.encode(withoutControl(inode.xattrs()), "layer below"));
    }
  }

  /** The bytes of a file of a layer below. */
  private record LowerContent(Stack.Part file) implements Content {
    @Override
    public void writeTo(Sink sink) {
      Bytes from = (to, at) -> file.reader().read(file.inode(), at, to);
      from.copy(0, file.inode().size(), ByteBuffer.allocateDirect(1 << 18), sink);
    }

    @Override
    public long bytes() {
      return file.inode().size();
    }
  }

  /** A stream over bytes that can be read anywhere, so that what is skipped is not read. */
  static final class BytesInput extends InputStream {
    private final Bytes bytes;
    private final long size;
    private final byte[] one = new byte[1];
    private long at;

    BytesInput(Bytes bytes, long size) {
      this.bytes = bytes;
      this.size = size;
    }

    @Override
    public int read() {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      int count = bytes.read(ByteBuffer.wrap(to, offset, length), at);
      at += Math.max(count, 0);
      return count;
    }

    @Override
    public long skip(long count) {
      long skipped = Math.clamp(count, 0, Math.max(0, size - at));
      at += skipped;
      return skipped;
    }
  }
}
