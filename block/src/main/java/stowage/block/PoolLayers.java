package stowage.block;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import stowage.block.VolumeRecord.BaseLink;
import stowage.block.VolumeRecord.Link;

/**
 * The layers of a pool: {@code layers/<id>.raw} and {@code layers/<id>.map}. Several chains may
 * name one; those that none names are removed. Guarded by the pool's lock.
 */
final class PoolLayers {
  static final String FOLDER = "layers";

  private final RandomDisk disk;
  private final RegionChunks region;
  private final LongSupplier ids;
  private final Map<Long, Layer> open = new HashMap<>();
  private final Map<Long, Base> bases = new HashMap<>();

  /** Layers that a record names whose writing has not ended, or failed: nobody knows whether. */
  private final Set<Long> doubtful = new java.util.HashSet<>();

  PoolLayers(RandomDisk disk, RegionChunks region, LongSupplier ids) {
    this.disk = disk;
    this.region = region;
    this.ids = ids;
  }

  private static String name(long id, String kind) {
    return FOLDER + "/" + Long.toHexString(id) + kind;
  }

  /** Makes an empty layer; durable, though nothing names it yet. */
  Layer create(int shift, long sizeBytes) throws IOException {
    long id = ids.getAsLong();
    long blocks = (sizeBytes + (1L << shift) - 1) >> shift;
    RandomFile raw = disk.createRandom(name(id, ".raw"), blocks << shift);
    raw.sync();
    RandomFile map = disk.createRandom(name(id, ".map"), 0);
    MapLog log = MapLog.create(map, id, 1 << shift, sizeBytes);
    disk.syncDirectory(FOLDER);
    var layer = new Layer(id, shift, raw, log, new BlockBits(blocks));
    open.put(id, layer);
    doubtful.add(id);
    return layer;
  }

  /** The record that names a new layer is durable. */
  void named(long id) {
    doubtful.remove(id);
  }

  /** Makes the base for a snapshot, with nothing of it here. */
  Base createBase(RegionChunks.Pinned pinned) throws IOException {
    long chunks = (pinned.sizeBytes() + Base.CHUNK - 1) >> Base.SHIFT;
    Layer layer = create(Base.SHIFT, chunks << Base.SHIFT);
    var base = new Base(layer, pinned.source(), chunks);
    bases.put(layer.id(), base);
    return base;
  }

  Chain chain(List<Link> links, Optional<BaseLink> base) throws IOException {
    var layers = new ArrayList<Layer>();
    for (Link link : links) {
      layers.add(layer(link.layer(), CowDevice.SHIFT));
    }
    return new Chain(layers, base.isEmpty() ? null : base(base.get()));
  }

  Layer layer(long id, int shift) throws IOException {
    Layer there = open.get(id);
    if (there == null) {
      RandomFile raw = disk.openRandom(name(id, ".raw"));
      // Nothing tells how large the volume above it was or will be: room for bits of all it holds.
      var bits = new BlockBits((raw.size() + (1L << shift) - 1) >> shift);
      RandomFile map = disk.openRandom(name(id, ".map"));
      MapLog log = MapLog.open(map, name(id, ".map"), id, 1 << shift, bits);
      there = new Layer(id, shift, raw, log, bits);
      open.put(id, there);
    }
    return there;
  }

  private Base base(BaseLink link) throws IOException {
    Base there = bases.get(link.layer());
    if (there == null) {
      Layer layer = layer(link.layer(), Base.SHIFT);
      there = new Base(layer, new LazySource(region, link.pin()), link.chunks());
      bases.put(link.layer(), there);
    }
    return there;
  }

  /** Asks the region for a pinned snapshot when its first chunk is wanted. */
  private static final class LazySource implements Base.Source {
    private final RegionChunks region;
    private final String pin;
    private volatile Base.Source source;

    LazySource(RegionChunks region, String pin) {
      this.region = region;
      this.pin = pin;
    }

    private Base.Source source() {
      if (source == null) {
        source = region.pinned(pin).source();
      }
      return source;
    }

    @Override
    public boolean isZero(int chunk) throws IOException {
      return source().isZero(chunk);
    }

    @Override
    public void read(int chunk, java.nio.ByteBuffer target) throws IOException {
      source().read(chunk, target);
    }
  }

  /** Notes the layers that a record names. */
  static void name(List<Link> chain, Optional<BaseLink> base, Set<Long> named) {
    chain.forEach(link -> named.add(link.layer()));
    base.ifPresent(b -> named.add(b.layer()));
  }

  /** Removes the files of all layers but these. */
  void sweep(Set<Long> named) throws IOException {
    named.addAll(doubtful);
    for (long id : List.copyOf(open.keySet())) {
      if (!named.contains(id)) {
        bases.remove(id);
        open.remove(id).close();
      }
    }
    boolean any = false;
    for (String file : disk.list(FOLDER)) {
      String id = file.substring(0, Math.max(0, file.indexOf('.')));
      if (id.isEmpty() || !named.contains(Long.parseUnsignedLong(id, 16))) {
        any |= disk.remove(FOLDER + "/" + file);
      }
    }
    if (any) {
      disk.syncDirectory(FOLDER);
    }
  }

  long allocated(long id) throws IOException {
    Layer layer = open.get(id);
    return layer == null ? 0 : layer.file().allocated();
  }

  void close() throws IOException {
    for (Layer layer : open.values()) {
      layer.close();
    }
    open.clear();
  }
}
