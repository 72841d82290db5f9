package stowage.container;

import static stowage.linux.Open.O_PATH;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.base.ByteStrings;
import stowage.linux.ErrnoException;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.volume.Owner;

/**
 * Tells why a container cannot read or write what is bound into it: who owns the source, whom the
 * container runs as, and which option helps.
 *
 * <p>It looks at the source's owner and mode, not at access control lists or security modules. The
 * folders above the source do not matter: the container enters at the source.
 */
public final class Doctor {
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int ENTER = 1;

  private Doctor() {}

  /**
   * What is wrong with one mount.
   *
   * @param problem who owns what, who the container is, what it cannot do
   * @param advice options and commands, the best first
   */
  public record Finding(Mount mount, String problem, List<String> advice) {
    public Finding {
      advice = List.copyOf(advice);
    }

    @Override
    public String toString() {
      return problem + "; try " + String.join(", or ", advice);
    }
  }

  /**
   * What there is to know about one mount.
   *
   * @param facts who owns the source, and whom the container runs as
   * @param findings what is wrong; empty when nothing is
   */
  public record Check(Mount mount, String facts, List<Finding> findings) {
    public Check {
      findings = List.copyOf(findings);
    }
  }

  /** Every mount of a container that runs as {@code user}, the good ones too. */
  public static List<Check> check(List<Mount> mounts, Owner user) {
    var checks = new ArrayList<Check>();
    for (Mount mount : mounts) {
      checks.add(new Check(mount, facts(mount, user), examine(List.of(mount), user)));
    }
    return checks;
  }

  private static String facts(Mount mount, Owner user) {
    return switch (mount) {
      case Mount.Bind bind -> "%s, the container runs as %s".formatted(owner(bind), user);
      case Mount.Volume volume ->
          "volume %s: its owner is the image's, or the user of the first container that used it"
              .formatted(volume.name());
      case Mount.Tmpfs _ -> "in memory, of this container alone";
      case Mount.Image image -> "the files of image %s, read-only".formatted(image.reference());
    };
  }

  private static String owner(Mount.Bind bind) {
    try (var source = Open.open(ByteStrings.ofText(bind.source()), O_PATH)) {
      var stat = Stat.of(source);
      return "%s belongs to %s with mode %04o%s"
          .formatted(
              bind.source(),
              new Owner(stat.uid(), stat.gid()),
              stat.permissions(),
              bind.idMap().map(idMap -> " (" + idMap.word() + ")").orElse(""));
    } catch (ErrnoException e) {
      return "%s: %s".formatted(bind.source(), MountSources.meaning(e));
    }
  }

  /** The findings for a container that runs as {@code user}; none when all is well. */
  public static List<Finding> examine(List<Mount> mounts, Owner user) {
    var findings = new ArrayList<Finding>();
    for (Mount mount : mounts) {
      if (mount instanceof Mount.Bind bind && user.uid() != 0) {
        examine(bind, user).ifPresent(findings::add);
      }
    }
    return findings;
  }

  private static Optional<Finding> examine(Mount.Bind bind, Owner user) {
    Stat stat;
    try (var source = Open.open(ByteStrings.ofText(bind.source()), O_PATH)) {
      stat = Stat.of(source);
    } catch (ErrnoException e) {
      return Optional.of(
          new Finding(
              bind,
              "%s is not there (%s)".formatted(bind.source(), MountSources.meaning(e)),
              List.of("making it: mkdir -p " + quoted(bind.source()))));
    }
    Owner owner = seen(bind, stat, user);
    int needed =
        READ | (stat.isDirectory() ? ENTER : 0) | (bind.readOnly() ? 0 : WRITE);
    int lacking = needed & ~allowed(stat.permissions(), owner, user);
    if (lacking == 0) {
      return Optional.empty();
    }
    String problem =
        "%s belongs to %s with mode %04o, and the container runs as %s, which cannot %s"
            .formatted(
                bind.source(),
                new Owner(stat.uid(), stat.gid()),
                stat.permissions(),
                user,
                words(lacking, stat.isDirectory()));
    return Optional.of(new Finding(bind, problem, advice(bind, stat, user)));
  }

  /** The owner as the container sees it. */
  private static Owner seen(Mount.Bind bind, Stat stat, Owner user) {
    if (bind.idMap().isEmpty()) {
      return new Owner(stat.uid(), stat.gid());
    }
    var maps = IdMaps.of(bind.idMap().get(), stat, user);
    return new Owner(seen(maps.uids(), stat.uid()), seen(maps.gids(), stat.gid()));
  }

  private static int seen(List<stowage.linux.Namespaces.IdMap> maps, int id) {
    long disk = Integer.toUnsignedLong(id);
    for (var map : maps) {
      if (disk >= map.onDisk() && disk < map.onDisk() + map.count()) {
        return (int) (map.seen() + disk - map.onDisk());
      }
    }
    return 65534;
  }

  private static int allowed(int mode, Owner owner, Owner user) {
    if (user.uid() == owner.uid()) {
      return mode >> 6 & 7;
    }
    return user.gid() == owner.gid() ? mode >> 3 & 7 : mode & 7;
  }

  private static String words(int lacking, boolean directory) {
    var words = new ArrayList<String>();
    if ((lacking & READ) != 0) {
      words.add("read");
    }
    if ((lacking & WRITE) != 0) {
      words.add("write");
    }
    if ((lacking & ENTER) != 0) {
      words.add("enter");
    }
    return String.join(" or ", words) + (directory ? " it or what it makes there" : " it");
  }

  private static List<String> advice(Mount.Bind bind, Stat stat, Owner user) {
    var advice = new ArrayList<String>();
    if (bind.idMap().isEmpty()) {
      String mode = bind.readOnly() ? "ro,idmap=auto" : "idmap=auto";
      advice.add("-v %s:%s:%s".formatted(bind.source(), bind.target(), mode));
    }
    if (stat.uid() != 0) {
      advice.add("running the container with -u " + new Owner(stat.uid(), stat.gid()));
    }
    advice.add("chown -R %s %s".formatted(user, quoted(bind.source())));
    return advice;
  }

  private static String quoted(String path) {
    return path.matches("[\\w./-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
