package stowage.chunk;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the chunks of one data key are named and encrypted.
 *
 * <p>The name is an HMAC of the digest: equal chunks of one data key share an object, and nobody
 * without the key can tell what it holds, nor test a guess. The digest itself is kept in leaves
 * masked with another HMAC of the name; since a name has one digest, each mask is used once. The
 * payload is sealed with a key of its own, from the name, and a random nonce: the same plain bytes
 * may be compressed to others by another version of the library. Any thread.
 */
final class ChunkCipher {
  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;

  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec names;
  private final SecretKeySpec masks;
  private final SecretKeySpec payloads;

  ChunkCipher(KeyRing keys, DataKey key) {
    names = hmacKey(keys.secret(key, "chunk name", SECRET_BYTES));
    masks = hmacKey(keys.secret(key, "chunk digest", SECRET_BYTES));
    payloads = hmacKey(keys.secret(key, "chunk payload", SECRET_BYTES));
  }

  private static SecretKeySpec hmacKey(byte[] secret) {
    return new SecretKeySpec(secret, "HmacSHA256");
  }

  /** The name of the chunk whose plain bytes have that digest. */
  Name name(byte[] digest) {
    return Name.of(hmac(names, digest));
  }

  /** Hides a digest, or shows it again. */
  byte[] mask(Name name, byte[] digest) {
    byte[] mask = hmac(masks, name.bytes());
    for (int i = 0; i < mask.length; i++) {
      mask[i] ^= digest[i];
    }
    return mask;
  }

  /** Writes nonce, encrypted bytes and tag. */
  void seal(Name name, int coding, ByteBuffer plain, ByteBuffer to) {
    var nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    to.put(nonce);
    try {
      cipher(Cipher.ENCRYPT_MODE, name, coding, nonce).doFinal(plain, to);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("there is room", e);
    }
  }

  /** Decrypts what {@link #seal} wrote; false if it is anything else. */
  boolean open(Name name, int coding, ByteBuffer sealed, ByteBuffer to) {
    if (sealed.remaining() < NONCE_BYTES + TAG_BYTES) {
      return false;
    }
    var nonce = new byte[NONCE_BYTES];
    sealed.get(nonce);
    try {
      cipher(Cipher.DECRYPT_MODE, name, coding, nonce).doFinal(sealed, to);
      return true;
    } catch (AEADBadTagException altered) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("there is room", e);
    }
  }

  private Cipher cipher(int mode, Name name, int coding, byte[] nonce)
      throws GeneralSecurityException {
    var key = new SecretKeySpec(hmac(payloads, name.bytes()), "AES");
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
    cipher.updateAAD(name.bytes());
    cipher.updateAAD(new byte[] {(byte) coding});
    return cipher;
  }

  private static byte[] hmac(SecretKeySpec key, byte[] bytes) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has HmacSHA256", e);
    }
  }
}
