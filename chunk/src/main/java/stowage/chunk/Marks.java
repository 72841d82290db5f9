package stowage.chunk;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The names that snapshots, pins and drafts hold: what must not go. For one thread. */
final class Marks {
  private final Draft.Parts parts;
  private final Roots pins;
  private final Set<Name> names = new HashSet<>();
  private final Set<String> seen = new HashSet<>(); // roots
  private long deletes = -1;

  Marks(Draft.Parts parts, Roots pins) {
    this.parts = parts;
    this.pins = pins;
  }

  /** What one snapshot names, its leaves included. */
  static Set<Name> of(Draft.Parts parts, Roots pins, Root root) {
    var marks = new Marks(parts, pins);
    marks.root(root);
    return marks.names;
  }

  boolean has(Name name) {
    return names.contains(name);
  }

  /**
   * Marks what is held, or what came since the last time. What was let go meanwhile stays marked.
   *
   * @param but a snapshot that is left out
   * @throws stowage.base.StowageException.Corrupt if any of it cannot be read
   */
  void everything(Optional<String> but) {
    // Drafts first: one that completes meanwhile is then met as a snapshot, or was met as a draft.
    for (String id : parts.drafts().list()) {
      parts.drafts().head(id).ifPresent(this::root);
      for (var line : parts.drafts().lines(id)) {
        names.add(line.name());
      }
    }
    long now = parts.peers().count(Peers.Counter.DELETES);
    if (now != deletes) {
      seen.clear(); // a name may be another root's since
      deletes = now;
    }
    roots(parts.snapshots(), "snapshot ", but);
    roots(pins, "pin ", Optional.empty());
  }

  private void roots(Roots from, String kind, Optional<String> but) {
    for (String name : from.list()) {
      if (!but.equals(Optional.of(name)) && seen.add(kind + name)) {
        from.find(name).ifPresent(this::root);
      }
    }
  }

  private void root(Root root) {
    for (int number = 0; number < root.leaves().size(); number++) {
      Name leafName = root.leaves().get(number);
      if (!leafName.isZero() && names.add(leafName)) {
        Leaf leaf = parts.leaves().load(leafName, root.id(), number);
        for (int i = 0; i < Leaf.CHUNKS; i++) {
          names.add(leaf.name(i));
        }
      }
    }
    names.remove(Name.ZERO);
  }
}
