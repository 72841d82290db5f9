package stowage.container;

import java.util.List;
import java.util.Optional;

/**
 * What a container runs and as whom. In a request, what is absent or empty is taken from the image;
 * in a {@link Container} it is complete.
 *
 * @param entrypoint absent: the image's; present and empty: none
 * @param command the arguments behind the entrypoint; absent: the image's, unless an entrypoint is
 *     given
 * @param env {@code NAME=value}; {@code NAME} alone takes the name out
 * @param workingDir absolute; empty: the image's
 * @param user {@code user}, {@code uid}, {@code user:group} or {@code uid:gid}; empty: the image's
 * @param groups further groups, by name or number
 */
public record Program(
    Optional<List<String>> entrypoint,
    Optional<List<String>> command,
    List<String> env,
    String workingDir,
    String user,
    List<String> groups) {
  /** The image's program as it is. */
  public static final Program OF_IMAGE =
      new Program(Optional.empty(), Optional.empty(), List.of(), "", "", List.of());

  public Program {
    entrypoint = entrypoint.map(List::copyOf);
    command = command.map(List::copyOf);
    env = List.copyOf(env);
    groups = List.copyOf(groups);
  }

  /** The image's program with other arguments. */
  public static Program command(String... arguments) {
    return new Program(
        Optional.empty(), Optional.of(List.of(arguments)), List.of(), "", "", List.of());
  }
}
