package stowage.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import stowage.linux.Inflate;

/**
 * What no engine that checks digests can be faster than on one processor: SHA-256 of the layers'
 * bytes for a load; inflating them too, and hashing both forms, for a pull.
 */
final class Floor {
  private static final int BUFFER = 1 << 20;

  private Floor() {}

  /** Seconds to hash the whole file once. */
  static double hash(Path file) throws IOException {
    long start = System.nanoTime();
    try (InputStream in = Files.newInputStream(file)) {
      drain(in, sha256());
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds to hash a gzip file, inflate it and hash what comes out. */
  static double inflate(Path file) throws IOException {
    double seconds = hash(file);
    long start = System.nanoTime();
    try (InputStream in = Inflate.gunzip(Files.newInputStream(file))) {
      drain(in, sha256());
    }
    return seconds + (System.nanoTime() - start) / 1e9;
  }

  private static void drain(InputStream in, MessageDigest digest) throws IOException {
    var buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
