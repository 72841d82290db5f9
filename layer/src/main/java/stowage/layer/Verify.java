package stowage.layer;

import java.nio.ByteBuffer;
import stowage.base.Digest;

/** Holds a stored layer's files against what they should be. */
final class Verify {
  private final Shelf shelf;

  Verify(Shelf shelf) {
    this.shelf = shelf;
  }

  /** Whether a layer's tar is the one it is named by; {@code read} is told of every piece. */
  boolean isTarSound(Layer layer, Progress read) {
    var name = Names.tar(layer.diffId());
    if (shelf.size(name) != layer.tarBytes()) {
      return false;
    }
    var hash = BlobInput.sha256();
    var buffer = new byte[1 << 20];
    try (var tar = shelf.open(name)) {
      for (long at = 0; at < layer.tarBytes(); ) {
        int count = tar.read(ByteBuffer.wrap(buffer), at);
        if (count < 0) {
          return false;
        }
        hash.update(buffer, 0, count);
        at += count;
        read.bytes(count);
      }
    }
    return BlobInput.digest(hash).equals(layer.diffId());
  }

  /** Whether a layer's plain index is the one its tar gives. */
  boolean isIndexSound(Layer layer, LayerTree tree) {
    return isIndexSound(Names.index(layer.diffId()), layer, tree);
  }

  /** Whether an index is the one that a tree gives. */
  boolean isIndexSound(String name, Layer layer, LayerTree tree) {
    if (shelf.size(name) == 0) {
      return false;
    }
    try (var index = shelf.open(name)) {
      var compare = new CompareSink(index);
      ErofsWriter.write(tree, layer.diffId(), layer.tarBytes(), compare);
      return compare.isSame();
    }
  }

  /** Told how many more bytes were read. */
  interface Progress {
    void bytes(long count);
  }
}
