package stowage.container;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import stowage.base.StowageException.InvalidArgument;

/**
 * All mounts of one container in the order they are made: a target before what lies below it, and
 * no target twice.
 *
 * @param mounts in that order
 */
public record MountPlan(List<Mount> mounts) {
  /** A container's mounts at most. */
  public static final int MOUNTS_MAX = 1000;

  public MountPlan {
    mounts =
        mounts.stream()
            .sorted(
                Comparator.comparingInt((Mount mount) -> Paths.parts(mount.target()).size())
                    .thenComparing(Mount::target))
            .toList();
    if (mounts.size() > MOUNTS_MAX) {
      throw new InvalidArgument("mounts: got %d, want at most %d".formatted(mounts.size(),
          MOUNTS_MAX));
    }
    Set<String> targets = new HashSet<>();
    for (Mount mount : mounts) {
      if (!targets.add(mount.target())) {
        throw duplicate(mount.target());
      }
    }
  }

  /**
   * Parses and orders a request. Of the same target, {@code -v}, {@code --mount} and {@code
   * --tmpfs} exclude each other, and go before those of other containers, which go before anonymous
   * volumes.
   *
   * @param mountsOf the mounts of the container with that name or id; throws when there is none
   */
  public static MountPlan of(MountRequest request, Function<String, List<Mount>> mountsOf) {
    var named = new LinkedHashMap<String, Mount>();
    for (String bind : request.binds()) {
      add(named, MountParser.bind(bind, request.volumeDriver()));
    }
    for (var fields : request.mounts()) {
      add(named, MountParser.mount(fields));
    }
    request.tmpfs().forEach((target, options) -> add(named, MountParser.tmpfs(target, options)));
    var all = new LinkedHashMap<String, Mount>();
    for (String spec : request.volumesFrom()) {
      var from = MountParser.volumesFrom(spec);
      for (Mount mount : mountsOf.apply(from.container())) {
        inherited(mount, from.readOnly()).forEach(taken -> all.put(taken.target(), taken));
      }
    }
    all.putAll(named);
    for (String target : request.volumes()) {
      var volume = MountParser.anonymous(target, request.volumeDriver());
      all.putIfAbsent(volume.target(), volume);
    }
    return new MountPlan(List.copyOf(all.values()));
  }

  private static void add(LinkedHashMap<String, Mount> mounts, Mount mount) {
    if (mounts.put(mount.target(), mount) != null) {
      throw duplicate(mount.target());
    }
  }

  /** Binds and volumes are taken over; memory and images belong to the other container. */
  private static List<Mount> inherited(Mount mount, boolean readOnly) {
    var taken = new ArrayList<Mount>();
    switch (mount) {
      case Mount.Bind bind -> taken.add(bind.withReadOnly(bind.readOnly() || readOnly));
      case Mount.Volume volume ->
          taken.add(volume.withNoCopy().withReadOnly(volume.readOnly() || readOnly));
      case Mount.Tmpfs _, Mount.Image _ -> {}
    }
    return taken;
  }

  private static InvalidArgument duplicate(String target) {
    return new InvalidArgument("Duplicate mount point: " + target);
  }
}
