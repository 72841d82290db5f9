package stowage.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException.Corrupt;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.Unavailable;
import stowage.base.Time;
import stowage.oci.TarParser;
import stowage.store.StagedFile;

/**
 * Imports a layer in one pass: while its bytes go to the disk they are hashed, and its entries
 * gathered; then the index is written, both files are made durable and get their names, and only
 * then the layer's record says that it is here.
 */
final class Importer {
  private final Shelf shelf;
  private final Locks<Digest> locks;
  private final Time time;

  Importer(Shelf shelf, Locks<Digest> locks, Time time) {
    this.shelf = shelf;
    this.locks = locks;
    this.time = time;
  }

  /** As {@link LayerStore#add}. */
  Imported add(
      InputStream stream,
      Optional<Digest> expected,
      Lease lease,
      Progress progress,
      String progressId) {
    expected.ifPresent(lease::hold);
    var blob = new BlobInput(stream, progress, progressId);
    // Of two that bring the same layer the second waits here, and then only compares.
    try (var first = expected.map(locks::take).orElse(() -> {});
        var tar = shelf.stage();
        var unpacking = Unpacking.of(blob)) {
      assert first != null;
      boolean isPlain = unpacking.compression() == Compression.NONE;
      if (isPlain) {
        blob.stopHashing();
      }
      var pass = new Pass(tar);
      pass.run(belt -> belt.all(unpacking.bytes()));
      var diffId = pass.diffId(expected);
      var layer = keep(diffId, pass.builder.tree(), tar, lease);
      return new Imported(
          layer.layer,
          isPlain ? diffId : blob.digest(),
          blob.bytes(),
          unpacking.compression(),
          layer.isFresh);
    } catch (IOException e) {
      throw blob.hasFailed()
          ? new Unavailable("layer: cannot read its blob: " + e.getMessage(), e)
          : new Corrupt("layer: damaged compression: " + e.getMessage(), e);
    }
  }

  /** Imports a tar that is made while it is imported. */
  Imported add(Conveyor.Source source, Lease lease) {
    try (var tar = shelf.stage()) {
      var pass = new Pass(tar);
      pass.run(source);
      var diffId = pass.diffId(Optional.empty());
      var layer = keep(diffId, pass.builder.tree(), tar, lease);
      return new Imported(
          layer.layer, diffId, layer.layer.tarBytes(), Compression.NONE, layer.isFresh);
    } catch (IOException e) {
      throw new Failed("cannot make a layer: " + e.getMessage(), e);
    }
  }

  /** One stream on its way in. */
  private final class Pass {
    private final StagedFile tar;
    private final MessageDigest hash = BlobInput.sha256();
    private final TarParser parser = new TarParser();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private final TreeBuilder builder;

    Pass(StagedFile tar) {
      this.tar = tar;
      builder = new TreeBuilder((to, at) -> reread(tar, to, at));
    }

    void run(Conveyor.Source source) throws IOException {
      Conveyor.run(
          source,
          (bytes, size) -> {
            hash.update(bytes, 0, size);
            parser.feed(bytes, 0, size, builder::add);
          },
          (bytes, size) -> tar.write(buffer.clear().put(bytes, 0, size).flip()));
      parser.end();
    }

    Digest diffId(Optional<Digest> expected) {
      var diffId = BlobInput.digest(hash);
      if (expected.isPresent() && !expected.get().equals(diffId)) {
        throw new Corrupt(
            "layer %s: its bytes are those of %s".formatted(expected.get(), diffId), null);
      }
      return diffId;
    }
  }

  /** Reads a staged tar again, for a sparse file's data: rare and short. */
  private int reread(StagedFile tar, ByteBuffer to, long offset) {
    try (var file = shelf.open(tar.name())) {
      return file.read(to, offset);
    }
  }

  private boolean isSound(Layer layer, LayerTree tree) {
    var verify = new Verify(shelf);
    return verify.isTarSound(layer, _ -> {}) && verify.isIndexSound(layer, tree);
  }

  private record Kept(Layer layer, boolean isFresh) {}

  private Kept keep(Digest diffId, LayerTree tree, StagedFile tar, Lease lease) {
    lease.hold(diffId);
    try (var mine = locks.take(diffId)) {
      assert mine != null;
      var here = shelf.find(diffId);
      if (here.isPresent() && isSound(here.get().layer(), tree)) {
        var facts = here.get();
        if (facts.layer().damaged()) {
          facts = facts.damaged(false);
          shelf.write(facts);
        }
        return new Kept(facts.layer(), false);
      }
      return new Kept(put(diffId, tree, tar, here.isPresent()), true);
    }
  }

  private Layer put(Digest diffId, LayerTree tree, StagedFile tar, boolean isHere) {
    try (var index = shelf.stage()) {
      var implies = Facts.implies(tree);
      boolean asksBelow = tree.hasLinksOrWhiteouts();
      var written = ErofsWriter.write(tree, diffId, tar.size(), new StagedSink(index));
      var layer =
          new Layer(
              diffId,
              tar.size(),
              written.bytes(),
              written.contentBytes(),
              tree.names(),
              time.now(),
              false);
      var facts = new Facts(layer, implies, asksBelow, tree.root().isOpaque());
      if (isHere) {
        shelf.heal(facts, tar, index);
      } else {
        shelf.add(facts, tar, index);
      }
      return layer;
    }
  }
}
