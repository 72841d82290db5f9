package stowage.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import stowage.base.StowageException;

/** Reads the PEM files of {@link Listener.TlsFiles}, as openssl and Docker's guide make them. */
final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:RSA )?PRIVATE KEY)-----([^-]+)-----END");
  private static final List<String> KEY_KINDS = List.of("RSA", "EC", "Ed25519");

  /** AlgorithmIdentifier of rsaEncryption with NULL parameters, and version 0 before it. */
  private static final byte[] PKCS8_RSA = {
    2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };

  private PemFiles() {}

  static SslContextFactory.Server context(Listener.TlsFiles files) {
    var context = new SslContextFactory.Server();
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (Certificate ca : certificates(files.ca())) {
        trusted.setCertificateEntry("ca" + trusted.size(), ca);
      }
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      var chain = certificates(files.certificate()).toArray(Certificate[]::new);
      own.setKeyEntry("server", key(files.key()), new char[0], chain);
      context.setTrustStore(trusted);
      context.setKeyStore(own);
      context.setKeyStorePassword("");
    } catch (GeneralSecurityException | IOException e) {
      throw new StowageException.InvalidArgument("TLS files: " + e.getMessage());
    }
    context.setNeedClientAuth(true);
    context.setSniRequired(false);
    return context;
  }

  private static List<Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    var bytes = new ByteArrayInputStream(read(file));
    var certificates = CertificateFactory.getInstance("X.509").generateCertificates(bytes);
    if (certificates.isEmpty()) {
      throw new IOException(file + " holds no certificate");
    }
    return List.copyOf(certificates);
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    var matcher = KEY.matcher(new String(read(file), StandardCharsets.US_ASCII));
    if (!matcher.find()) {
      throw new IOException(file + " holds no unencrypted private key (PKCS#8 or RSA)");
    }
    byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
    if (matcher.group(1).startsWith("RSA")) {
      der = sequence(PKCS8_RSA, element(4, der));
    }
    for (String kind : KEY_KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException anotherKind) {
        continue;
      }
    }
    throw new IOException(file + " holds a key that is none of " + KEY_KINDS);
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    }
  }

  private static byte[] sequence(byte[] first, byte[] second) {
    var content = new ByteArrayOutputStream();
    content.writeBytes(first);
    content.writeBytes(second);
    return element(0x30, content.toByteArray());
  }

  /** A DER element with a two-byte length: keys are 256 to 65535 bytes. */
  private static byte[] element(int tag, byte[] content) {
    var element = new ByteArrayOutputStream();
    element.write(tag);
    element.write(0x82);
    element.write(content.length >> 8);
    element.write(content.length);
    element.writeBytes(content);
    return element.toByteArray();
  }
}
