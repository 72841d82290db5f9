package stowage.container;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import stowage.base.StowageException.InvalidArgument;
import stowage.linux.Namespaces;
import stowage.linux.Stat;
import stowage.volume.Owner;

/** The maps the kernel wants for an idmapped bind. */
final class IdMaps {
  private static final int RANGES_MAX = 340; // user_namespaces(7)

  private IdMaps() {}

  /** Of users and of groups; empty lists when nothing is to be mapped. */
  record Maps(List<Namespaces.IdMap> uids, List<Namespaces.IdMap> gids) {
    boolean isIdentity() {
      return uids.size() == 1 && gids.size() == 1
          && uids.getFirst().onDisk() == uids.getFirst().seen()
          && gids.getFirst().onDisk() == gids.getFirst().seen();
    }
  }

  /**
   * For a source that {@code owner} owns and a container that runs as {@code user}.
   *
   * <p>{@code auto} lets the two change places, so that every file has an owner on both sides: what
   * the source's owner has on disk the container's user owns, what that user makes the source's
   * owner gets, and all other ids are what they are.
   */
  static Maps of(IdMap idMap, Stat owner, Owner user) {
    return switch (idMap) {
      case IdMap.Auto _ ->
          new Maps(
              swap(Integer.toUnsignedLong(owner.uid()), Integer.toUnsignedLong(user.uid())),
              swap(Integer.toUnsignedLong(owner.gid()), Integer.toUnsignedLong(user.gid())));
      case IdMap.Explicit explicit ->
          new Maps(complete(explicit.uids()), complete(explicit.gids()));
    };
  }

  private static List<Namespaces.IdMap> swap(long disk, long container) {
    return disk == container
        ? complete(List.of())
        : complete(
            List.of(
                new IdMap.Range(disk, container, 1), new IdMap.Range(container, disk, 1)));
  }

  /** The ranges, and all ids that are in none of them on either side as they are. */
  private static List<Namespaces.IdMap> complete(List<IdMap.Range> ranges) {
    checkDisjoint(ranges.stream().map(r -> new long[] {r.disk(), r.count()}).toList());
    checkDisjoint(ranges.stream().map(r -> new long[] {r.container(), r.count()}).toList());
    var taken = new ArrayList<long[]>();
    for (var range : ranges) {
      taken.add(new long[] {range.disk(), range.disk() + range.count()});
      taken.add(new long[] {range.container(), range.container() + range.count()});
    }
    taken.sort(Comparator.comparingLong(part -> part[0]));
    var all = new ArrayList<Namespaces.IdMap>();
    ranges.forEach(r -> all.add(new Namespaces.IdMap(r.disk(), r.container(), r.count())));
    long free = 0;
    for (long[] part : taken) {
      if (part[0] > free) {
        all.add(new Namespaces.IdMap(free, free, part[0] - free));
      }
      free = Math.max(free, part[1]);
    }
    if (free < IdMap.Range.LIMIT) {
      all.add(new Namespaces.IdMap(free, free, IdMap.Range.LIMIT - free));
    }
    if (all.size() > RANGES_MAX) {
      throw new InvalidArgument("idmap: more than " + RANGES_MAX + " ranges");
    }
    return all;
  }

  private static void checkDisjoint(List<long[]> parts) {
    var sorted = new ArrayList<>(parts);
    sorted.sort(Comparator.comparingLong(part -> part[0]));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i - 1)[0] + sorted.get(i - 1)[1] > sorted.get(i)[0]) {
        throw new InvalidArgument("idmap: ranges overlap at " + sorted.get(i)[0]);
      }
    }
  }
}
