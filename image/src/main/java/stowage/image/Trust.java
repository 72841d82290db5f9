package stowage.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Whom TLS believes: the JDK's authorities, the system's, and those given for one host. */
final class Trust {
  private static final Path SYSTEM = Path.of("/etc/ssl/certs/ca-certificates.crt");

  private Trust() {}

  /** The {@code *.crt} files for a host; none if the folder has none for it. */
  static List<Path> files(Optional<Path> folder, String host) throws IOException {
    Path own = folder.map(f -> f.resolve(host)).orElse(null);
    if (own == null || !Files.isDirectory(own)) {
      return List.of();
    }
    try (var entries = Files.list(own)) {
      return entries.filter(f -> f.toString().endsWith(".crt")).sorted().toList();
    }
  }

  /** A context that trusts these files beside the JDK's and the system's. */
  static SSLContext context(List<Path> more) throws IOException {
    var files = new ArrayList<>(more);
    if (Files.isReadable(SYSTEM)) {
      files.add(SYSTEM);
    }
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate one : builtIn()) {
        store.setCertificateEntry("c" + count++, one);
      }
      for (Path file : files) {
        for (Certificate one : read(file)) {
          store.setCertificateEntry("c" + count++, one);
        }
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the certificates in " + more + ": " + e.getMessage(), e);
    }
  }

  private static List<? extends Certificate> builtIn() throws GeneralSecurityException {
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init((KeyStore) null);
    for (var manager : trust.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return Arrays.asList(x509.getAcceptedIssuers());
      }
    }
    return List.of();
  }

  private static List<? extends Certificate> read(Path file)
      throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
  }
}
