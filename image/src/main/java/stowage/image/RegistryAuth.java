package stowage.image;

import java.util.Objects;

/**
 * Credentials for one registry. They live in memory only and never show in a message.
 *
 * @param username empty when there is none
 * @param password empty when there is none
 * @param identityToken a refresh token a registry gave at login; empty when there is none
 * @param registryToken a bearer token to send as it is; empty when there is none
 * @param serverAddress the registry they are for, as the client wrote it; may be empty
 */
public record RegistryAuth(
    String username,
    String password,
    String identityToken,
    String registryToken,
    String serverAddress) {
  /** No credentials. */
  public static final RegistryAuth NONE = new RegistryAuth("", "", "", "", "");

  public RegistryAuth {
    Objects.requireNonNull(username);
    Objects.requireNonNull(password);
    Objects.requireNonNull(identityToken);
    Objects.requireNonNull(registryToken);
    Objects.requireNonNull(serverAddress);
  }

  /** Whether there is nothing to present. */
  public boolean isNone() {
    return username.isEmpty() && identityToken.isEmpty() && registryToken.isEmpty();
  }

  /** The server and user only. */
  @Override
  public String toString() {
    return "RegistryAuth[%s@%s]".formatted(username, serverAddress);
  }
}
