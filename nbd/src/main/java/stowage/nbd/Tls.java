package stowage.nbd;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import stowage.base.StowageException;

/**
 * Who a server is on encrypted connections, and whom it trusts: clients must show a certificate
 * that one of the CA signed, and without TLS they learn nothing.
 */
public final class Tls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:RSA )?PRIVATE KEY)-----([^-]+)-----END");
  private static final List<String> KEY_KINDS = List.of("RSA", "EC", "Ed25519");

  /** AlgorithmIdentifier of rsaEncryption with NULL parameters, and version 0 before it. */
  private static final byte[] PKCS8_RSA = {
    2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };

  private final SSLContext context;

  private Tls(SSLContext context) {
    this.context = context;
  }

  /**
   * Reads PEM files.
   *
   * @param ca the certificates of those who sign clients' certificates
   * @param certificate our own, and those between it and the root
   * @param key our private key, unencrypted: PKCS#8 (RSA, EC, Ed25519) or RSA's own form
   * @throws StowageException.InvalidArgument naming the file that is not as it should be
   */
  public static Tls of(Path ca, Path certificate, Path key) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (Certificate each : certificates(ca)) {
        trusted.setCertificateEntry("ca" + trusted.size(), each);
      }
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      var chain = certificates(certificate).toArray(Certificate[]::new);
      own.setKeyEntry("server", privateKey(key), new char[0], chain);
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, new char[0]);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return new Tls(context);
    } catch (GeneralSecurityException | IOException e) {
      throw new StowageException.InvalidArgument("TLS files: " + e.getMessage());
    }
  }

  SSLEngine engine() {
    var engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    engine.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    return engine;
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

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
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
    } catch (NoSuchFileException e) {
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
