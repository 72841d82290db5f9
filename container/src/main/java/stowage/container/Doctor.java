package stowage.container;

import java.util.List;
import stowage.base.StowageException;
import stowage.volume.Owner;

/**
 * Tells why a container cannot read or write what is bound into it: who owns the source, whom the
 * container runs as, and which option helps.
 *
 * <p>It looks at owners and modes along the path, not at access control lists or security modules.
 */
public final class Doctor {

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
      return problem + "; " + String.join(", or ", advice);
    }
  }

  /** The findings for a container that runs as {@code user}; none when all is well. */
  public static List<Finding> examine(List<Mount> mounts, Owner user) {
    throw new StowageException.Unsupported("to come");
  }

  private Doctor() {}
}
