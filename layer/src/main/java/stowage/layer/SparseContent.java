package stowage.layer;

import java.nio.ByteBuffer;
import java.util.List;
import stowage.oci.TarEntry;

/** A sparse file's bytes: its extents, which lie one behind the other in the tar, and its holes. */
final class SparseContent implements Content {
  private final List<TarEntry.Extent> extents;
  private final long size;
  private final long dataOffset;
  private final Bytes tar;

  SparseContent(TarEntry entry, Bytes tar) {
    this.extents = entry.extents();
    this.size = entry.size();
    this.dataOffset = entry.dataOffset();
    this.tar = tar;
  }

  @Override
  public void writeTo(Sink sink) {
    var through = ByteBuffer.allocateDirect(1 << 18);
    long at = 0;
    long data = dataOffset;
    for (var extent : extents) {
      sink.skip(extent.offset() - at);
      tar.copy(data, extent.size(), through, sink);
      at = extent.offset() + extent.size();
      data += extent.size();
    }
    sink.skip(size - at);
  }

  @Override
  public long bytes() {
    long bytes = 0;
    for (var extent : extents) {
      bytes += extent.size();
    }
    return bytes;
  }
}
