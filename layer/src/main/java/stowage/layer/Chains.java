package stowage.layer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.StowageException.Failed;
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
    return onceEach(placed);
  }

  /**
   * An image may have a layer twice, which overlayfs refuses. The upper one shows all that the
   * lower one could.
   */
  private static List<Stack.Placed> onceEach(List<Stack.Placed> placed) {
    var topFirst = new LinkedHashSet<Stack.Placed>(placed.reversed());
    return List.copyOf(topFirst).reversed();
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
    return below.root().map(found -> Completion.isPlain(found.top().inode())).orElse(true);
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
}
