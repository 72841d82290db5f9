package stowage.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir Path folder;

  @Test
  void onlyClientsWithACertificateOfTheCaGetAnAnswer() throws Exception {
    KeyStore server = make("server");
    KeyStore client = make("client");
    KeyStore stranger = make("stranger");
    // A certificate that signed itself is its own CA.
    var files =
        new Listener.TlsFiles(pem(client, "client"), pem(server, "server"), key(server, "server"));
    Handler ok = (_, response) -> response.send(new byte[] {'o', 'k'});
    try (var http = new HttpServer(ok, (_, reason) -> reason)) {
      http.listen(new Listener.Tls("127.0.0.1", 0, files));
      http.start();
      int port = http.addresses().getFirst().getPort();
      assertThat(ask(client, server, port)).startsWith("HTTP/1.1 200").endsWith("ok");
      assertThatThrownBy(() -> ask(stranger, server, port)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void filesThatAreNoneSaySo() throws Exception {
    var text = Files.writeString(folder.resolve("text"), "hello");
    var missing = new Listener.TlsFiles(folder.resolve("none"), text, text);
    assertThatThrownBy(() -> PemFiles.context(missing))
        .hasMessage("TLS files: " + folder.resolve("none") + " does not exist");
    KeyStore server = make("server");
    var noKey = new Listener.TlsFiles(pem(server, "server"), pem(server, "server"), text);
    assertThatThrownBy(() -> PemFiles.context(noKey))
        .hasMessageContaining("no unencrypted private key");
  }

  /** A key and a certificate for 127.0.0.1, by the JDK's keytool. */
  private KeyStore make(String name) throws Exception {
    var file = folder.resolve(name + ".p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                "-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name,
                "-ext", "SAN=IP:127.0.0.1", "-storepass", "secret", "-keystore", file.toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = new FileInputStream(file.toFile())) {
      store.load(in, "secret".toCharArray());
    }
    return store;
  }

  private Path pem(KeyStore store, String name) throws Exception {
    return write(name + ".pem", "CERTIFICATE", store.getCertificate(name).getEncoded());
  }

  private Path key(KeyStore store, String name) throws Exception {
    var key = store.getKey(name, "secret".toCharArray());
    return write(name + "-key.pem", "PRIVATE KEY", key.getEncoded());
  }

  private Path write(String file, String what, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        folder.resolve(file),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what));
  }

  private static String ask(KeyStore own, KeyStore server, int port) throws Exception {
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, "secret".toCharArray());
    var trust = TrustManagerFactory.getInstance("PKIX");
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", server.getCertificate("server"));
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    try (var socket = context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
