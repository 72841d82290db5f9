package stowage.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException.Corrupt;
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

  /** Of a stream that is being imported. */
  private static final class Pass {
    final MessageDigest hash = BlobInput.sha256();
    final TarParser parser = new TarParser();
    final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
  }

  /** As {@link LayerStore#add}. */
  Imported add(
      InputStream stream,
      Optional<Digest> expected,
      Lease lease,
      Progress progress,
      String progressId) {
    expected.ifPresent(lease::hold);
    // Of two that bring the same layer the second waits here, and then only compares.
    try (var first = expected.map(locks::take).orElse(() -> {});
        var tar = shelf.stage()) {
      assert first != null;
      var blob = new BlobInput(stream, progress, progressId);
      var builder = new TreeBuilder((to, at) -> reread(tar, to, at));
      var pass = new Pass();
      var compression = stream(blob, pass, builder, tar);
      pass.parser.end();
      var diffId = BlobInput.digest(pass.hash);
      if (expected.isPresent() && !expected.get().equals(diffId)) {
        throw new Corrupt(
            "layer %s: its bytes are those of %s".formatted(expected.get(), diffId), null);
      }
      var blobDigest = compression == Compression.NONE ? diffId : blob.digest();
      lease.hold(diffId);
      try (var mine = locks.take(diffId)) {
        assert mine != null;
        return keep(diffId, builder.tree(), tar, blobDigest, blob.bytes(), compression);
      }
    }
  }

  private static Compression stream(
      BlobInput blob, Pass pass, TreeBuilder builder, StagedFile tar) {
    try {
      var unpacking = Unpacking.of(blob);
      Conveyor.run(
          unpacking.bytes(),
          (bytes, size) -> {
            pass.hash.update(bytes, 0, size);
            pass.parser.feed(bytes, 0, size, builder::add);
          },
          (bytes, size) -> tar.write(pass.buffer.clear().put(bytes, 0, size).flip()));
      return unpacking.compression();
    } catch (IOException e) {
      throw blob.hasFailed()
          ? new Unavailable("layer: cannot read its blob: " + e.getMessage(), e)
          : new Corrupt("layer: damaged compression: " + e.getMessage(), e);
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

  private Imported keep(
      Digest diffId,
      LayerTree tree,
      StagedFile tar,
      Digest blobDigest,
      long blobBytes,
      Compression compression) {
    var here = shelf.find(diffId);
    if (here.isPresent() && isSound(here.get().layer(), tree)) {
      var facts = here.get();
      if (facts.layer().damaged()) {
        facts = facts.damaged(false);
        shelf.write(facts);
      }
      return new Imported(facts.layer(), blobDigest, blobBytes, compression, false);
    }
    try (var index = shelf.stage()) {
      var implies = Facts.implies(tree);
      boolean hasLowerLinks = tree.hasLowerLinks();
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
      var facts = new Facts(layer, implies, hasLowerLinks, tree.root().isOpaque());
      if (here.isPresent()) {
        shelf.heal(facts, tar, index);
      } else {
        shelf.add(facts, tar, index);
      }
      return new Imported(layer, blobDigest, blobBytes, compression, true);
    }
  }
}
