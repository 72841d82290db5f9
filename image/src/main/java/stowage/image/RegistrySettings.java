package stowage.image;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * How registries are spoken to.
 *
 * @param plainHttp hosts ("name" or "name:port") reached without TLS, beside localhost and 127.*
 * @param certificates a folder with one folder per host that holds {@code *.crt} files to trust for
 *     it, as Docker's certs.d
 * @param foreignLayers whether layers that a manifest says are elsewhere ({@code urls}) are fetched
 * @param pushCompression how layers are compressed that no registry has yet
 */
public record RegistrySettings(
    Set<String> plainHttp,
    Optional<Path> certificates,
    boolean foreignLayers,
    PushCompression pushCompression) {
  /** TLS everywhere but on this host, no extra trust, no foreign layers, gzip. */
  public static final RegistrySettings DEFAULT =
      new RegistrySettings(Set.of(), Optional.empty(), false, PushCompression.GZIP);

  public RegistrySettings {
    plainHttp = Set.copyOf(plainHttp);
  }

  /** What a layer is compressed with on its way to a registry. */
  public enum PushCompression {
    GZIP,
    ZSTD
  }
}
