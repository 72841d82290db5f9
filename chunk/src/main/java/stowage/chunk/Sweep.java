package stowage.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import stowage.base.StowageException;
import stowage.store.Disk;

/**
 * One sweep. Marks are made while others work; then, for some packs at a time, what is live in them
 * is copied, and alone, after a look at what came into use meanwhile, they are removed. For one
 * thread.
 */
final class Sweep {
  private final Draft.Parts parts;
  private final Disk disk;
  private final Session session;
  private final Marks marks;
  private final ByteBuffer object =
      ByteBuffer.allocateDirect(Entry.HEADER_BYTES + Entry.STORED_MAX);

  private long objects;
  private long freedBytes;
  private long copiedBytes;
  private int keptPacks;

  /** A pack that can go when its live objects are elsewhere, if its dead ones are still dead. */
  private record Candidate(Pack pack, List<Entry> live, List<Entry> dead, int copies) {}

  Sweep(Draft.Parts parts, Disk disk, Session session, Marks marks) {
    this.parts = parts;
    this.disk = disk;
    this.session = session;
    this.marks = marks;
  }

  Swept run() {
    parts.packs().refresh();
    // Before the marks: what is in a pack by now is marked by whoever holds it.
    var packs = parts.packs().all();
    marks.everything(Optional.empty());
    var partly = new ArrayList<Candidate>();
    var wholly = new ArrayList<Candidate>();
    for (Pack pack : packs) {
      var candidate = judge(pack);
      if (candidate != null) {
        (candidate.live.isEmpty() ? wholly : partly).add(candidate);
      }
    }
    remove(wholly); // first: the disk may be full
    copy(partly);
    return new Swept(objects, freedBytes, copiedBytes, keptPacks);
  }

  /** Null if it stays. */
  private Candidate judge(Pack pack) {
    var live = new ArrayList<Entry>();
    var dead = new ArrayList<Entry>();
    int copies = 0;
    try {
      for (Entry entry : parts.packs().open(pack, pack::entries)) {
        if (!marks.has(entry.name())) {
          dead.add(entry);
        } else if (isBetterElsewhere(pack, entry)) {
          copies++;
        } else {
          live.add(entry);
        }
      }
      if (dead.isEmpty() && copies == 0) {
        return null;
      }
      // What its index does not tell of may be live.
      if (pack.salvaged() != null || !areGood(pack, live)) {
        keptPacks++;
        return null;
      }
    } catch (IOException unreadable) {
      keptPacks++;
      return null;
    }
    return new Candidate(pack, live, dead, copies);
  }

  private boolean areGood(Pack pack, List<Entry> entries) throws IOException {
    for (Entry entry : entries) {
      if (!isGood(pack, entry)) {
        return false;
      }
    }
    return true;
  }

  private boolean isGood(Pack pack, Entry entry) throws IOException {
    return parts
        .packs()
        .open(
            pack,
            file -> {
              Pack.readObject(file, entry, object);
              return Pack.isGood(object, entry);
            });
  }

  /** Whether another pack has that object too, and that one is to stay. */
  private boolean isBetterElsewhere(Pack pack, Entry entry) throws IOException {
    if (parts.packs().cannotHaveTwo(entry.name())) {
      return false;
    }
    var places = new ArrayList<>(parts.packs().places(entry.name()));
    places.sort(Comparator.comparing(place -> place.pack().name()));
    for (var place : places) {
      if (place.pack().salvaged() == null && isGood(place.pack(), place.entry())) {
        return !place.pack().name().equals(pack.name());
      }
    }
    return false;
  }

  private void copy(List<Candidate> candidates) {
    for (int at = 0; at < candidates.size(); ) {
      try (var target = session.newPack()) {
        var batch = new ArrayList<Candidate>();
        while (at < candidates.size() && !target.isFull(parts.packBytes())) {
          batch.add(candidates.get(at));
          append(target, candidates.get(at++));
        }
        var pack = target.seal();
        parts.packs().add(pack, target.sorted());
        parts.peers().aloneRun(() -> parts.peers().bump(Peers.Counter.PACKS));
        freedBytes -= pack.sizeBytes();
        copiedBytes += pack.sizeBytes();
        remove(batch);
      }
    }
  }

  private void append(PackWriter target, Candidate candidate) {
    for (Entry entry : candidate.live) {
      try {
        if (!isGood(candidate.pack, entry)) {
          throw new IOException("it changed since it was verified");
        }
      } catch (IOException e) {
        throw Disk.failure("copy from pack " + candidate.pack.name(), e);
      }
      target.append(object);
    }
  }

  private void remove(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return;
    }
    parts
        .peers()
        .aloneRun(
            () -> {
              marks.everything(Optional.empty());
              try {
                for (var candidate : candidates) {
                  remove(candidate);
                }
                disk.syncDirectory(Pack.FOLDER);
              } catch (IOException e) {
                throw Disk.failure("remove packs", e);
              } finally {
                parts.peers().bump(Peers.Counter.PACKS);
              }
            });
    parts.packs().refresh();
  }

  private void remove(Candidate candidate) throws IOException {
    if (candidate.dead.stream().anyMatch(entry -> marks.has(entry.name()))) {
      keptPacks++;
      return;
    }
    disk.remove(Packs.path(candidate.pack));
    objects += candidate.dead.size() + candidate.copies;
    freedBytes += candidate.pack.sizeBytes();
  }

  static StowageException busy() {
    return new StowageException.InUse("another sweep of the chunk store is under way");
  }
}
