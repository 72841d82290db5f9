package stowage.cloud;

import java.util.Optional;

/**
 * How a request is meant.
 *
 * @param clientToken the same token again does nothing and answers the same
 * @param dryRun only say whether it would be done: {@link DryRun} if so
 */
public record Call(Optional<String> clientToken, boolean dryRun) {
  /** Once, for real. */
  public static final Call PLAIN = new Call(Optional.empty(), false);

  /** With a token. */
  public static Call once(String clientToken) {
    return new Call(Optional.of(clientToken), false);
  }
}
