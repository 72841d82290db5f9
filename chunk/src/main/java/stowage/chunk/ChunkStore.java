package stowage.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.store.Disk;
import stowage.store.HostDisk;

/**
 * The region's snapshots as chunks named by their content, each stored once. Safe for several
 * processes of one machine on one folder, and any thread.
 *
 * <p>A snapshot is completed when {@link SnapshotWriter#commit} returns: it is durable then, with
 * everything it names.
 */
public final class ChunkStore implements AutoCloseable {
  /** Bytes in a chunk: EBS's snapshot block. */
  public static final int CHUNK = 512 << 10;

  private static final long PACK_BYTES = 64 << 20;
  private static final long SIZE_MAX = 64L << 40;
  private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(CHUNK);

  private final Disk disk;
  private final Peers peers;
  private final KeyRing keys;
  private final Session session;
  private final Packs packs;
  private final Codec.Pool codecs = new Codec.Pool();
  private final Leaves leaves;
  private final Roots snapshots;
  private final Roots pins;
  private final Drafts drafts;
  private final Draft.Parts parts;

  ChunkStore(Disk disk, Peers peers, KeyRing keys, Time time, long packBytes) {
    this.disk = disk;
    this.peers = peers;
    this.keys = keys;
    session = Session.open(disk, peers);
    var publish = session.publish();
    List.of(Pack.FOLDER, Roots.SNAPSHOTS, Roots.PINS, Drafts.FOLDER).forEach(publish::folder);
    packs = new Packs(disk, peers);
    leaves = new Leaves(packs, codecs, keys);
    snapshots = new Roots(disk, publish, Roots.SNAPSHOTS);
    pins = new Roots(disk, publish, Roots.PINS);
    drafts = new Drafts(disk, publish);
    parts =
        new Draft.Parts(
            peers,
            packs,
            new Sink(session, peers, packs, packBytes),
            codecs,
            leaves,
            snapshots,
            drafts,
            time,
            packBytes);
    Session.removeLeft(disk, peers);
  }

  /** Opens the store in a folder, made if need be, with the keys in {@code keys} beside it. */
  public static ChunkStore open(Path folder, Time time) {
    Path at = folder.toAbsolutePath();
    try {
      Folders.make(at.resolve("leases"));
    } catch (IOException e) {
      throw Disk.failure("make the folder " + at, e);
    }
    var keys = KeyRing.open(at.resolveSibling("keys"));
    var peers = new HostPeers(at);
    try {
      return new ChunkStore(new HostDisk(at), peers, keys, time, PACK_BYTES);
    } catch (StowageException e) {
      peers.close();
      throw e;
    }
  }

  /** The keys that encrypted snapshots are opened with. */
  public KeyRing keys() {
    return keys;
  }

  /** A completed snapshot. */
  public Optional<SnapshotManifest> find(String snapshotId) {
    return snapshots.find(snapshotId).map(this::manifest);
  }

  private SnapshotManifest manifest(Root root) {
    return new SnapshotManifest(root, leaves);
  }

  private Root require(String snapshotId) {
    return snapshots.find(snapshotId).orElseThrow(() -> notFound(snapshotId));
  }

  private static StowageException notFound(String snapshotId) {
    return new StowageException.NotFound(Resource.SNAPSHOT, snapshotId);
  }

  /** The ids of all completed snapshots, sorted. */
  public List<String> snapshots() {
    return snapshots.list();
  }

  /**
   * Begins a snapshot, or goes on with one of the same id, size, parent and key that a crash or a
   * close left unfinished; of another one nothing is kept.
   *
   * @param parent a completed snapshot with the same key, whose chunks are inherited
   * @throws StowageException.AlreadyExists if it is completed
   * @throws StowageException.InUse if another writer of it is open, here or in another process
   * @throws StowageException.NotFound if there is no such parent
   */
  public SnapshotWriter begin(
      String snapshotId, long sizeBytes, Optional<String> parent, Optional<DataKey> key) {
    Roots.requireName("snapshot id", snapshotId);
    if (sizeBytes < 1 || sizeBytes > SIZE_MAX) {
      throw new StowageException.InvalidArgument("size", sizeBytes, "1 to " + SIZE_MAX + " bytes");
    }
    var lease = peers.lease(lease(snapshotId)).orElseThrow(() -> Drafts.busy(snapshotId));
    try {
      var head = peers.alone(() -> head(snapshotId, sizeBytes, parent, key));
      return new Draft(parts, head, lease);
    } catch (StowageException e) {
      lease.close();
      throw e;
    }
  }

  private static String lease(String snapshotId) {
    return "draft-" + snapshotId;
  }

  /** The head of a draft: the one that is there, or a new one. */
  private Root head(String id, long sizeBytes, Optional<String> parent, Optional<DataKey> key) {
    if (snapshots.has(id)) {
      drafts.remove(id);
      throw new StowageException.AlreadyExists("snapshot %s is completed".formatted(id));
    }
    packs.refresh();
    int count = Math.toIntExact(Math.ceilDiv(sizeBytes, (long) CHUNK * Leaf.CHUNKS));
    List<Name> none = Collections.nCopies(count, Name.ZERO);
    var wanted = new Root(id, sizeBytes, 0, 0, parent, key, none);
    var there = drafts.head(id);
    if (there.isPresent() && Drafts.isSame(there.get(), wanted)) {
      return there.get(); // and of its parent no more is needed than it says
    }
    drafts.remove(id);
    var head = parent.map(from -> inherit(wanted, require(from))).orElse(wanted);
    drafts.create(head);
    return head;
  }

  private static Root inherit(Root root, Root parent) {
    if (!parent.key().equals(root.key())) {
      throw new StowageException.InvalidArgument(
          "parent", parent.id(), "a snapshot with the same data key");
    }
    if (parent.sizeBytes() > root.sizeBytes()) {
      throw new StowageException.InvalidArgument(
          "parent", parent.id(), "a snapshot of at most " + root.sizeBytes() + " bytes");
    }
    var leaves = new ArrayList<>(parent.leaves());
    leaves.addAll(root.leaves().subList(leaves.size(), root.leaves().size()));
    return new Root(root.id(), root.sizeBytes(), 0, 0, root.parent(), root.key(), leaves);
  }

  /** Forgets an unfinished snapshot that nobody writes; none there is fine. */
  public void abandon(String snapshotId) {
    Roots.requireName("snapshot id", snapshotId);
    try (var lease = peers.lease(lease(snapshotId)).orElseThrow(() -> Drafts.busy(snapshotId))) {
      assert lease != null;
      peers.aloneRun(() -> drafts.remove(snapshotId));
    }
  }

  /** Fills {@code target}, CHUNK bytes of it, with a chunk, verified. Corrupt names both. */
  public void read(SnapshotManifest manifest, int chunk, ByteBuffer target) {
    if (target.remaining() < CHUNK) {
      throw new StowageException.InvalidArgument(
          "target", target.remaining() + " bytes", "room for " + CHUNK);
    }
    Name name = manifest.name(chunk);
    if (name.isZero()) {
      target.put(ZEROES.duplicate());
      return;
    }
    var cipher = manifest.cipher();
    codecs.use(
        codec -> {
          var wrong =
              packs.read(
                  name,
                  codec.object,
                  (place, object) ->
                      codec.decode(place.entry(), cipher)
                          && codec.plain.remaining() == CHUNK
                          && name(codec.digest(), cipher).equals(name));
          if (wrong.isPresent()) {
            throw lost(manifest, chunk, wrong.get());
          }
          target.put(codec.plain.duplicate());
          return null;
        });
  }

  private static Name name(byte[] digest, ChunkCipher cipher) {
    return cipher == null ? Name.of(digest) : cipher.name(digest);
  }

  private StowageException lost(SnapshotManifest manifest, int chunk, String wrong) {
    return new StowageException.Corrupt(
        "snapshot %s: chunk %d is lost: %s%s"
            .formatted(
                manifest.id(),
                chunk,
                wrong,
                snapshots.has(manifest.id()) ? "" : " (the snapshot was deleted)"),
        null);
  }

  /** Removes a snapshot; not there is fine. {@link #sweep} frees what only it named. */
  public void delete(String snapshotId) {
    peers.aloneRun(
        () -> {
          // What a crash left of it right after it was completed would hold its chunks for ever.
          if (snapshots.has(snapshotId) && !peers.isHeld(lease(snapshotId))) {
            drafts.remove(snapshotId);
          }
          remove(snapshots, snapshotId);
        });
  }

  private void remove(Roots roots, String name) {
    peers.aloneRun(
        () -> {
          if (roots.remove(name)) {
            peers.bump(Peers.Counter.DELETES);
          }
        });
  }

  /**
   * Keeps what a snapshot names for someone who reads from it for long, as a volume does that was
   * made from it, though the snapshot be deleted. Durable when it returns.
   *
   * @param name the pin's, as in {@code vol-0123456789abcdef0}; pinning the same again is fine
   * @throws StowageException.NotFound if there is no such snapshot
   * @throws StowageException.AlreadyExists if the pin keeps another snapshot
   */
  public SnapshotManifest pin(String name, String snapshotId) {
    Roots.requireName("pin", name);
    return peers.alone(
        () -> {
          var there = pins.find(name);
          if (there.isPresent() && !there.get().id().equals(snapshotId)) {
            throw new StowageException.AlreadyExists(
                "pin %s keeps snapshot %s".formatted(name, there.get().id()));
          }
          return there
              .map(this::manifest)
              .orElseGet(
                  () -> {
                    var root = require(snapshotId);
                    pins.publish(name, root);
                    return manifest(root);
                  });
        });
  }

  /** What a pin keeps. */
  public Optional<SnapshotManifest> pinned(String name) {
    return pins.find(name).map(this::manifest);
  }

  /** Lets go of a pin; not there is fine. */
  public void unpin(String name) {
    remove(pins, name);
  }

  /** What a snapshot takes, and what deleting it would free. NotFound if there is none. */
  public Usage usage(String snapshotId) {
    var names = Marks.of(parts, pins, require(snapshotId));
    var others = new Marks(parts, pins);
    others.everything(Optional.of(snapshotId));
    packs.refresh();
    long logical = 0;
    long full = 0;
    long exclusive = 0;
    for (Name name : names) {
      var place = packs.find(name);
      if (place.isPresent()) {
        long bytes = place.get().entry().bytes();
        full += bytes;
        exclusive += others.has(name) ? 0 : bytes;
      }
    }
    var manifest = manifest(require(snapshotId));
    for (int chunk = 0; chunk < manifest.chunks(); chunk++) {
      logical += manifest.isZero(chunk) ? 0 : CHUNK;
    }
    return new Usage(logical, full, exclusive);
  }

  /**
   * Frees what nothing names. Others may read and write meanwhile.
   *
   * @throws StowageException.Corrupt if any manifest cannot be read; nothing is removed then
   * @throws StowageException.InUse if another sweep is under way, here or in another process
   */
  public Swept sweep() {
    try (var lease = peers.lease("sweep").orElseThrow(Sweep::busy)) {
      assert lease != null;
      return new Sweep(parts, disk, session, new Marks(parts, pins)).run();
    }
  }

  /**
   * Verifies stored bytes. What is damaged stays where it is; whoever stores the same again stores
   * it anew.
   *
   * @param healer must be {@link Healer#NONE}: damages are told, not healed yet
   */
  public ScrubReport scrub(Scrub scrub, Healer healer) {
    if (healer != Healer.NONE) {
      throw new StowageException.Unsupported("a scrub tells damages and does not heal them yet");
    }
    return new Scrubber(parts, disk).run(scrub);
  }

  /** Closes it, after its writers. */
  @Override
  public void close() {
    try (peers;
        session;
        packs;
        codecs) {
      assert session != null;
    }
  }
}
