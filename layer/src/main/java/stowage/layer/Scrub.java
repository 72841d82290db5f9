package stowage.layer;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException.Corrupt;
import stowage.layer.CheckReport.Damage;

/**
 * Reads stored layers again. A tar that is not the one it is named by is marked in the layer's
 * record, until adding the layer again heals it; an index that is not the one its tar gives is made
 * anew at once.
 */
final class Scrub {
  private static final System.Logger LOG = System.getLogger("stowage.layer");

  private final Shelf shelf;
  private final Chains chains;
  private final Locks<Digest> locks;
  private final Verify verify;
  private final List<Damage> damaged = new ArrayList<>();
  private final List<Digest> repaired = new ArrayList<>();
  private long bytes;
  private long layers;

  Scrub(Shelf shelf, Chains chains, Locks<Digest> locks) {
    this.shelf = shelf;
    this.chains = chains;
    this.locks = locks;
    verify = new Verify(shelf);
  }

  /** Checks these layers, in this order; stops early when the thread is interrupted. */
  CheckReport check(List<Digest> diffIds, Progress progress) {
    Optional<Digest> last = Optional.empty();
    for (var diffId : diffIds) {
      if (Thread.currentThread().isInterrupted()) {
        return report(last);
      }
      // A layer that came or went meanwhile is another check's.
      shelf.find(diffId).ifPresent(facts -> check(facts, progress));
      last = Optional.of(diffId);
    }
    return report(Optional.empty());
  }

  private CheckReport report(Optional<Digest> next) {
    return new CheckReport(layers, bytes, damaged, repaired, next);
  }

  private void check(Facts facts, Progress progress) {
    var layer = facts.layer();
    layers++;
    boolean isSound =
        verify.isTarSound(
            layer,
            count -> {
              bytes += count;
              progress.tell(layer.diffId().toString(), "Checking", bytes, 0);
            });
    try (var mine = locks.take(layer.diffId())) {
      assert mine != null;
      var now = shelf.find(layer.diffId());
      if (now.isEmpty()) {
        return;
      }
      if (layer.damaged() == isSound) {
        shelf.write(now.get().damaged(!isSound));
      }
      if (isSound) {
        repair(facts);
      } else {
        damaged.add(new Damage(layer.diffId(), "its tar is not what was stored"));
        if (!layer.damaged()) {
          LOG.log(Level.ERROR, "layer.damaged diffId={0}", layer.diffId());
        }
      }
    }
  }

  private void repair(Facts facts) {
    var layer = facts.layer();
    boolean isRepaired = false;
    try (var tar = shelf.open(Names.tar(layer.diffId()))) {
      var tree = Chains.reread(layer, tar);
      if (!verify.isIndexSound(layer, tree)) {
        try (var index = shelf.stage()) {
          ErofsWriter.write(tree, layer.diffId(), layer.tarBytes(), new StagedSink(index));
          index.replace(Names.index(layer.diffId()));
          isRepaired = true;
        }
      }
    }
    for (var chain : shelf.chainsOn(layer.diffId())) {
      isRepaired |= isRebuilt(chain);
    }
    if (isRepaired) {
      repaired.add(layer.diffId());
      LOG.log(Level.WARNING, "index.rebuilt diffId={0}", layer.diffId());
    }
  }

  private boolean isRebuilt(List<Digest> chain) {
    try {
      return chains.repair(chain);
    } catch (Corrupt e) {
      damaged.add(new Damage(chain.getLast(), e.getMessage()));
      return false;
    }
  }
}
