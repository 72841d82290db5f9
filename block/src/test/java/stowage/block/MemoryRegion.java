package stowage.block;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import stowage.base.Resource;
import stowage.base.StowageException.AlreadyExists;
import stowage.base.StowageException.NotFound;
import stowage.chunk.SnapshotManifest;
import stowage.chunk.SnapshotWriter;

/** A region's chunk store in memory. What it completed it keeps; it counts what is put. */
final class MemoryRegion implements RegionChunks {
  final Map<String, byte[]> snapshots = new HashMap<>();
  final Map<String, byte[]> pins = new HashMap<>();
  int puts;

  @Override
  public boolean has(String snapshotId) {
    return snapshots.containsKey(snapshotId);
  }

  @Override
  public Pinned pin(String name, String snapshotId) {
    if (!has(snapshotId)) {
      throw new NotFound(Resource.SNAPSHOT, snapshotId);
    }
    pins.put(name, snapshots.get(snapshotId));
    return pinned(name);
  }

  @Override
  public Pinned pinned(String name) {
    byte[] content = pins.get(name);
    if (content == null) {
      throw new NotFound(Resource.SNAPSHOT, name);
    }
    return new Pinned(
        content.length, new Chains.ArraySource(content, new Faults(new java.util.Random(0))));
  }

  @Override
  public void unpin(String name) {
    pins.remove(name);
  }

  @Override
  public void abandon(String snapshotId) {}

  @Override
  public SnapshotWriter begin(String id, long sizeBytes, Optional<String> parent) {
    if (has(id)) {
      throw new AlreadyExists(id);
    }
    var content = new byte[Math.toIntExact(sizeBytes)];
    parent.ifPresent(
        p -> System.arraycopy(snapshots.get(p), 0, content, 0, snapshots.get(p).length));
    return new Writer(id, content);
  }

  private final class Writer implements SnapshotWriter {
    private final String id;
    private final byte[] content;
    private final BitSet has = new BitSet();

    Writer(String id, byte[] content) {
      this.id = id;
      this.content = content;
    }

    @Override
    public void put(int chunk, ByteBuffer bytes) {
      puts++;
      has.set(chunk);
      bytes.get(content, chunk * Base.CHUNK, bytes.remaining());
    }

    @Override
    public void zero(int chunk) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean has(int chunk) {
      return has.get(chunk);
    }

    @Override
    public SnapshotManifest commit() {
      snapshots.put(id, content);
      return null;
    }

    @Override
    public void abort() {}

    @Override
    public long storedBytes() {
      return (long) has.cardinality() * Base.CHUNK;
    }

    @Override
    public void close() {}
  }
}
