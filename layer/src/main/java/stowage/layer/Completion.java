package stowage.layer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Corrupt;
import stowage.layer.Inode.CopiedFile;
import stowage.layer.Inode.Directory;
import stowage.layer.Inode.LowerLink;
import stowage.layer.Inode.Special;
import stowage.layer.Inode.Symlink;

/**
 * A layer's tree on its way to what it is in one chain: its implied directories become those of the
 * layers below, its links into those layers become copies, whiteouts of nothing go.
 */
final class Completion {
  private final LayerTree tree;
  private final Stack below;
  private final Map<String, Inode> copies = new HashMap<>();
  private boolean differs;

  Completion(LayerTree tree, Stack below) {
    this.tree = tree;
    this.below = below;
  }

  /** A directory of the tree, and what the layers below have at its path. */
  private record Visit(Directory directory, Optional<Stack.Found> lower) {}

  private record Place(Directory in, String name, LowerLink link) {}

  /** Whether the tree is now another than by itself. */
  boolean run() {
    var links = inherit();
    for (var place : links) {
      var link = place.link;
      var copy = copies.computeIfAbsent(link.target, _ -> copy(link));
      tree.settle(place.in, place.name, copy);
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
  private List<Place> inherit() {
    var links = new ArrayList<Place>();
    var todo = new ArrayDeque<Visit>();
    todo.push(new Visit(tree.root(), below.root()));
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
        if (child.getValue() instanceof Directory sub) {
          todo.push(new Visit(sub, visible.flatMap(v -> below.child(v, name))));
        } else if (child.getValue() instanceof LowerLink link) {
          links.add(new Place(directory, name, link));
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

  private Inode copy(LowerLink link) {
    var target = link.target;
    var found = below.find(target);
    if (found.isEmpty() || found.get().isDirectory() || tree.hides(target)) {
      throw new Corrupt(
          "layer entry %s: a hard link to %s, which is no file here or below"
              .formatted(ByteStrings.text(link.path), ByteStrings.text(target)),
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

  /** Whether a directory below has the very attributes an implied one has by itself. */
  static boolean isPlain(ErofsReader.Stored directory) {
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
}
