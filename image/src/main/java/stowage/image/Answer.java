package stowage.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;

/**
 * A registry's answer, its body still to be read; close it.
 *
 * @param uri what answered, after redirects
 */
record Answer(URI uri, int status, HttpHeaders headers, InputStream body)
    implements AutoCloseable {
  private static final int ERROR_MAX = 64 << 10;

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  boolean isOk() {
    return status >= 200 && status < 300;
  }

  /** The whole body, which must not be longer than {@code max} nor encoded. */
  byte[] bytes(int max, String what) throws IOException {
    requirePlain(what);
    byte[] bytes = body.readNBytes(max + 1);
    if (bytes.length > max) {
      throw new Lie(what + " is longer than " + max + " bytes");
    }
    return bytes;
  }

  /** Refuses a body that must be decoded first: its digest would be of other bytes. */
  void requirePlain(String what) throws Lie {
    var encoding = header("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new Lie(what + " came with Content-Encoding " + RegistryRefusal.plain(encoding));
    }
  }

  /** The refusal this answer is. */
  RegistryRefusal refusal() throws IOException {
    return RegistryRefusal.of(status, body.readNBytes(ERROR_MAX));
  }

  @Override
  public void close() throws IOException {
    body.close();
  }

  /** An answer that breaks the protocol; trying again would only hear it again. */
  static final class Lie extends IOException {
    private static final long serialVersionUID = 1L;

    Lie(String message) {
      super(message);
    }
  }
}
