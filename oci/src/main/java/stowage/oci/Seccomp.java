package stowage.oci;

import java.util.Map;
import java.util.Set;

/** The system calls a container may make: Docker's default filter, as the runtime reads it. */
public final class Seccomp {
  private Seccomp() {}

  /**
   * The default filter for a process with these capabilities: each of some capabilities opens the
   * calls it is for.
   *
   * @param architecture Go's name: {@code amd64}, {@code arm64}
   * @throws stowage.base.StowageException.Unsupported for any other architecture
   */
  public static Map<String, Object> profile(Set<String> capabilities, String architecture) {
    throw new AssertionError("comes next");
  }

  /**
   * A profile of the user's ({@code --security-opt seccomp=FILE}), in Docker's form with {@code
   * includes} and {@code excludes}, made into the runtime's form.
   *
   * @throws stowage.base.StowageException.InvalidArgument if it is no profile
   */
  public static Map<String, Object> profile(
      byte[] json, Set<String> capabilities, String architecture) {
    throw new AssertionError("comes next");
  }
}
