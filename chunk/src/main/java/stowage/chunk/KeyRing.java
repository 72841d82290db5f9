package stowage.chunk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.store.Disk;
import stowage.store.HostDisk;

/**
 * The region's keys: files of mode 0600 in {@code <region-root>/keys}. They wrap the data keys of
 * volumes and never leave this class. Safe for several processes on one folder, and any thread.
 *
 * <p>An id is {@code key-} and a UUID; the UUID is what an ARN ends in.
 */
public final class KeyRing {
  private static final String DEFAULT = "default";
  private static final long MAGIC = 0x53544f574b455931L; // STOWKEY1
  private static final int KEY_BYTES = 32;
  private static final int FILE_BYTES = 8 + KEY_BYTES + 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final Pattern ID =
      Pattern.compile("key-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path folder;

  private KeyRing(Path folder) {
    this.folder = folder;
  }

  /** The keys in a folder, which is made when the first key is. */
  public static KeyRing open(Path folder) {
    return new KeyRing(folder.toAbsolutePath());
  }

  /** The id of the key that is used where none is named; made at the first call. */
  public String defaultKey() {
    return readDefault()
        .orElseGet(
            () -> {
              // Whoever comes second finds the name taken and takes the first one's.
              publish(DEFAULT, ByteBuffer.wrap(create().getBytes(US_ASCII)));
              return readDefault().orElseThrow();
            });
  }

  private Optional<String> readDefault() {
    return read(DEFAULT)
        .map(
            bytes -> {
              String id = US_ASCII.decode(bytes).toString();
              if (!ID.matcher(id).matches()) {
                throw new StowageException.Corrupt(folder + "/default names no key", null);
              }
              return id;
            });
  }

  /** Makes another key; durable when it returns. */
  public String create() {
    String id = "key-" + UUID.randomUUID();
    var key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    var file = ByteBuffer.allocate(FILE_BYTES).putLong(MAGIC).put(key);
    file.putInt(Entry.crc(file, 0, FILE_BYTES - 4));
    publish(id, file.flip());
    return id;
  }

  /** The ids of all keys, sorted. */
  public List<String> list() {
    try {
      return disk().list("").stream().filter(name -> ID.matcher(name).matches()).toList();
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException e) {
      throw Disk.failure("list the keys in " + folder, e);
    }
  }

  /** The id that a text names: an id, its UUID, or anything that ends in {@code /} and one. */
  public Optional<String> find(String text) {
    String last = text.substring(text.lastIndexOf('/') + 1);
    String id = last.startsWith("key-") ? last : "key-" + last;
    return ID.matcher(id).matches() && read(id).isPresent() ? Optional.of(id) : Optional.empty();
  }

  /** A fresh data key for a volume, wrapped by that key; NotFound if there is no such key. */
  public DataKey generate(String keyId) {
    var key = regionKey(keyId);
    var data = new byte[KEY_BYTES];
    var nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(data);
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, keyId, nonce).doFinal(data);
      var wrapped = ByteBuffer.allocate(DataKey.WRAPPED_BYTES).put(nonce).put(sealed);
      return new DataKey(keyId, wrapped.array());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has AES", e);
    }
  }

  /**
   * Secret bytes of a data key for one purpose ({@code xts}, ...); the same each time, and no
   * purpose's tell another's.
   *
   * @throws StowageException.NotFound if the region's key is not there
   * @throws StowageException.Corrupt if the data key was not wrapped by it, or was altered
   */
  public byte[] secret(DataKey key, String purpose, int bytes) {
    var wrapped = ByteBuffer.wrap(key.wrapped());
    var nonce = new byte[NONCE_BYTES];
    wrapped.get(nonce);
    try {
      byte[] data =
          cipher(Cipher.DECRYPT_MODE, regionKey(key.keyId()), key.keyId(), nonce)
              .doFinal(wrapped.array(), NONCE_BYTES, wrapped.remaining());
      var parameters =
          HKDFParameterSpec.expandOnly(
              new SecretKeySpec(data, "Generic"), purpose.getBytes(US_ASCII), bytes);
      return KDF.getInstance("HKDF-SHA256").deriveData(parameters);
    } catch (AEADBadTagException e) {
      throw new StowageException.Corrupt(
          "the data key was not wrapped by %s, or one of the two was altered"
              .formatted(key.keyId()),
          e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has AES and HKDF", e);
    }
  }

  private static Cipher cipher(int mode, SecretKeySpec key, String keyId, byte[] nonce)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(keyId.getBytes(US_ASCII));
    return cipher;
  }

  private SecretKeySpec regionKey(String keyId) {
    if (!ID.matcher(keyId).matches()) {
      throw new StowageException.InvalidArgument("key", keyId, "key- and a UUID");
    }
    var file =
        read(keyId)
            .orElseThrow(
                () ->
                    new StowageException.NotFound(
                        Resource.KEY, keyId, "no such key: %s in %s".formatted(keyId, folder)));
    if (file.remaining() != FILE_BYTES
        || file.getLong(0) != MAGIC
        || file.getInt(FILE_BYTES - 4) != Entry.crc(file, 0, FILE_BYTES - 4)) {
      throw new StowageException.Corrupt(
          "key file %s/%s is damaged".formatted(folder, keyId), null);
    }
    return new SecretKeySpec(file.array(), 8, KEY_BYTES, "AES");
  }

  private Disk disk() {
    return new HostDisk(folder);
  }

  private Optional<ByteBuffer> read(String name) {
    try (var file = disk().open(name)) {
      var bytes = ByteBuffer.allocate((int) Math.min(file.size(), 2L * FILE_BYTES));
      Pack.readFully(file, bytes, 0);
      return Optional.of(bytes.flip());
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw Disk.failure("read key " + name, e);
    }
  }

  /** Durable when it returns; a name that is taken stays as it is. */
  private void publish(String name, ByteBuffer bytes) {
    // Not through Publish, whose folder is one process's: a name of its own, for each.
    String staged = ".new-" + UUID.randomUUID();
    try {
      Folders.make(folder);
      var disk = disk();
      try (var file = disk.create(staged)) {
        file.write(bytes);
        file.sync();
        disk.rename(staged, name);
      } catch (FileAlreadyExistsException taken) {
        disk.remove(staged);
      } catch (IOException e) {
        Files.deleteIfExists(folder.resolve(staged));
        throw e;
      }
      disk.syncDirectory("");
    } catch (IOException e) {
      throw Disk.failure("make key " + name, e);
    }
  }
}
