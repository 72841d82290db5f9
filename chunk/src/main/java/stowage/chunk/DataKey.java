package stowage.chunk;

import java.util.Arrays;
import java.util.HexFormat;
import stowage.base.StowageException.InvalidArgument;

/**
 * The data key of a volume as it may be stored anywhere: wrapped by a key of the region, useless
 * without it. Snapshots and copies of the volume carry the same one. {@link KeyRing#secret} opens
 * it.
 *
 * @param keyId of the region's key, as in {@code key-1b4e28ba-2fa1-11d2-883f-0016d3cca427}
 * @param wrapped {@value #WRAPPED_BYTES} bytes
 */
public record DataKey(String keyId, byte[] wrapped) {
  /** Nonce, 32 bytes of key under AES-256-GCM, tag. */
  public static final int WRAPPED_BYTES = 12 + 32 + 16;

  public DataKey {
    if (wrapped.length != WRAPPED_BYTES) {
      throw new InvalidArgument("data key", wrapped.length + " bytes", WRAPPED_BYTES + " bytes");
    }
    wrapped = wrapped.clone();
  }

  /** Reads what {@link #toString} writes. */
  public static DataKey parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new InvalidArgument("data key", text, "KEY-ID:HEX");
    }
    try {
      return new DataKey(
          text.substring(0, colon), HexFormat.of().parseHex(text.substring(colon + 1)));
    } catch (IllegalArgumentException notHex) {
      throw new InvalidArgument("data key", text, "KEY-ID:HEX");
    }
  }

  @Override
  public byte[] wrapped() {
    return wrapped.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DataKey key
        && key.keyId.equals(keyId)
        && Arrays.equals(key.wrapped, wrapped);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(wrapped);
  }

  /** Key id and wrapped bytes in hex: for records and JSON. */
  @Override
  public String toString() {
    return keyId + ":" + HexFormat.of().formatHex(wrapped);
  }
}
