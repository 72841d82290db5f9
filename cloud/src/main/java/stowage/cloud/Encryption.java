package stowage.cloud;

import java.util.Optional;

/**
 * What a caller says about encryption.
 *
 * @param encrypted empty: as the source is, or as the region's default is
 * @param keyId the region's key to use, by id, alias or ARN; empty: the default key
 */
public record Encryption(Optional<Boolean> encrypted, Optional<String> keyId) {
  /** Nothing said. */
  public static final Encryption UNSAID = new Encryption(Optional.empty(), Optional.empty());

  /** With the region's default key. */
  public static final Encryption ON = new Encryption(Optional.of(true), Optional.empty());
}
