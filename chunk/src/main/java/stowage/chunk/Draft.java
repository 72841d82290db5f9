package stowage.chunk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import stowage.base.StowageException;
import stowage.base.Time;

/** The writer of a snapshot; see {@link Drafts} for what it leaves on disk. */
final class Draft implements SnapshotWriter {
  private final Parts parts;
  private final Root head;
  private final Peers.Lease lease;
  private final Journal journal; // guarded by this while open
  private final ChunkCipher cipher; // null for a plain one
  private final Map<Integer, Changes> changes = new TreeMap<>(); // by leaf; guarded by this
  private final Set<Sink.Filling> fillings = ConcurrentHashMap.newKeySet();
  private long storedBytes; // guarded by this
  private long unsyncedBytes; // guarded by this
  private State state = State.OPEN; // guarded by this

  private enum State {
    OPEN,
    /** Something failed, or its end has begun. */
    ENDING,
    CLOSED
  }

  /** What a writer works with. */
  record Parts(
      Peers peers,
      Packs packs,
      Sink sink,
      Codec.Pool codecs,
      Leaves leaves,
      Roots snapshots,
      Drafts drafts,
      Time time,
      long packBytes) {}

  /** What was put in the place of a leaf's chunks. */
  private static final class Changes {
    final Leaf leaf;
    final BitSet put = new BitSet(Leaf.CHUNKS);

    Changes(boolean encrypted) {
      leaf = Leaf.blank(encrypted);
    }
  }

  /** Goes on with a draft whose head is on disk. */
  Draft(Parts parts, Root head, Peers.Lease lease) {
    this.parts = parts;
    this.head = head;
    this.lease = lease;
    cipher = parts.leaves.cipher(head.key());
    for (var line : parts.drafts.lines(head.id())) {
      restore(line);
    }
    journal = parts.drafts.newJournal(head.id());
  }

  /** The last line of a chunk counts, unless its object is lost: then nothing is known of it. */
  private void restore(Journal.Line line) {
    if (line.kind() != Journal.Kind.ZERO && !isThere(line.name())) {
      if (line.kind() == Journal.Kind.CHUNK) {
        changes(line.index()).put.clear(line.index() % Leaf.CHUNKS);
      }
      return;
    }
    storedBytes += line.newBytes();
    if (line.kind() != Journal.Kind.LEAF) {
      note(line);
    }
  }

  private boolean isThere(Name name) {
    if (parts.packs.find(name).isEmpty()) {
      parts.packs.refresh(); // a sweep may have moved it
      return parts.packs.find(name).isPresent();
    }
    return true;
  }

  private Changes changes(int chunk) {
    return changes.computeIfAbsent(
        chunk / Leaf.CHUNKS, number -> new Changes(head.key().isPresent()));
  }

  private boolean note(Journal.Line line) {
    var at = changes(line.index());
    int index = line.index() % Leaf.CHUNKS;
    boolean wasPut = at.put.get(index);
    at.leaf.set(index, line.name(), line.masked());
    at.put.set(index);
    return wasPut;
  }

  @Override
  public void put(int chunk, ByteBuffer bytes) {
    requireChunk(chunk);
    if (bytes.remaining() > ChunkStore.CHUNK) {
      throw new StowageException.InvalidArgument(
          "chunk", bytes.remaining() + " bytes", "at most " + ChunkStore.CHUNK);
    }
    parts.codecs.use(
        codec -> {
          codec.takeChunk(bytes);
          if (codec.isZero()) {
            zero(chunk);
          } else {
            putChunk(codec, chunk);
          }
          return null;
        });
  }

  private void putChunk(Codec codec, int chunk) {
    byte[] digest = codec.digest();
    if (cipher == null) {
      store(codec, Entry.Kind.CHUNK, chunk, Name.of(digest), Name.ZERO);
    } else {
      Name name = cipher.name(digest);
      store(codec, Entry.Kind.CHUNK, chunk, name, Name.of(cipher.mask(name, digest)));
    }
  }

  /** Stores what is in the codec, unless it is there, and notes that it is used. */
  private void store(Codec codec, Entry.Kind kind, int index, Name name, Name masked) {
    var journaled = kind == Entry.Kind.CHUNK ? Journal.Kind.CHUNK : Journal.Kind.LEAF;
    parts.packs.refresh();
    // Who is alone sees no sweep between the look and the note, which keeps the object.
    if (!parts.packs.cannotHave(name)
        && parts.peers.alone(
            () -> {
              parts.packs.refresh();
              boolean isThere = parts.packs.find(name).isPresent();
              if (isThere) {
                record(new Journal.Line(journaled, index, 0, name, masked));
              }
              return isThere;
            })) {
      return;
    }
    Sink.Recorder record =
        (filling, newBytes) -> {
          fillings.add(filling);
          record(new Journal.Line(journaled, index, newBytes, name, masked));
        };
    if (!parts.sink.join(name, record)) {
      var entry = codec.encode(kind, name, kind == Entry.Kind.CHUNK ? cipher : null);
      parts.sink.add(entry, codec.object, record);
    }
  }

  private synchronized void record(Journal.Line line) {
    require(State.OPEN);
    try {
      journal.append(line);
      boolean isAgain = line.kind() != Journal.Kind.LEAF && note(line);
      storedBytes += line.newBytes();
      unsyncedBytes += line.newBytes();
      // A crash must not bring back what was put before.
      if (isAgain || unsyncedBytes > parts.packBytes) {
        journal.sync();
        unsyncedBytes = 0;
      }
    } catch (StowageException e) {
      state = State.ENDING;
      throw e;
    }
  }

  private void require(State wanted) {
    if (state != wanted) {
      throw new StowageException.WrongState(
          "the writer of snapshot %s has ended or failed".formatted(head.id()));
    }
  }

  private void requireChunk(int chunk) {
    Objects.checkIndex(chunk, chunks());
  }

  private int chunks() {
    return Math.toIntExact(Math.ceilDiv(head.sizeBytes(), ChunkStore.CHUNK));
  }

  @Override
  public void zero(int chunk) {
    requireChunk(chunk);
    record(new Journal.Line(Journal.Kind.ZERO, chunk, 0, Name.ZERO, Name.ZERO));
  }

  @Override
  public synchronized boolean has(int chunk) {
    requireChunk(chunk);
    var at = changes.get(chunk / Leaf.CHUNKS);
    return at != null && at.put.get(chunk % Leaf.CHUNKS);
  }

  @Override
  public SnapshotManifest commit() {
    List<Name> names = storeLeaves();
    seal();
    Root root;
    synchronized (this) {
      require(State.OPEN);
      state = State.ENDING;
      root =
          new Root(
              head.id(),
              head.sizeBytes(),
              parts.time.now().toEpochMilli(),
              storedBytes,
              head.parent(),
              head.key(),
              names);
    }
    if (!parts.snapshots.publish(head.id(), root)) {
      throw new StowageException.AlreadyExists("snapshot %s is completed".formatted(head.id()));
    }
    // Named by its root now. Should the draft stay after all, it is removed when it is met again.
    finish();
    return new SnapshotManifest(root, parts.leaves);
  }

  private List<Name> storeLeaves() {
    var names = new ArrayList<>(head.leaves());
    Map<Integer, Changes> changed;
    synchronized (this) {
      require(State.OPEN);
      changed = new TreeMap<>(changes);
    }
    changed.forEach((number, at) -> names.set(number, storeLeaf(number, at)));
    return names;
  }

  private Name storeLeaf(int number, Changes at) {
    Name before = head.leaves().get(number);
    boolean encrypted = head.key().isPresent();
    var leaf =
        before.isZero()
            ? Leaf.blank(encrypted)
            : parts.leaves.read(before, head.parent().orElseThrow(), number).copy();
    synchronized (this) {
      at.put.stream().forEach(index -> leaf.copy(index, at.leaf));
    }
    Name name = leaf.ownName();
    if (!name.isZero()) {
      parts.codecs.use(
          codec -> {
            codec.takeLeaf(leaf.bytes());
            store(codec, Entry.Kind.LEAF, number, name, Name.ZERO);
            return null;
          });
    }
    return name;
  }

  private void seal() {
    for (var filling : fillings) {
      filling.seal();
    }
  }

  /** Removes the draft and lets go. */
  private void finish() {
    synchronized (this) { // and not around the rest: records are made alone
      state = State.CLOSED;
    }
    try {
      journal.close();
      parts.peers.aloneRun(() -> parts.drafts.remove(head.id()));
    } finally {
      lease.close();
    }
  }

  @Override
  public void abort() {
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      state = State.ENDING;
    }
    finish();
  }

  @Override
  public synchronized long storedBytes() {
    return storedBytes;
  }

  @Override
  public void close() {
    boolean wasOpen;
    synchronized (this) {
      if (state == State.CLOSED) {
        return;
      }
      wasOpen = state == State.OPEN;
      state = State.CLOSED;
    }
    try (lease;
        journal) {
      if (wasOpen) {
        seal();
        journal.sync();
      }
    }
  }
}
