package stowage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Time;
import stowage.image.RegistrySettings.PushCompression;
import stowage.oci.Reference;

/** Registries over TLS with a certificate of our own making. */
final class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path keys;
  @TempDir Path folder;
  private HttpsServer server;
  private ScriptedRegistry.Script script = x -> false;

  @BeforeAll
  static void makeKeys() throws IOException, InterruptedException {
    keytool(
        "-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=x", "-ext",
        "SAN=ip:127.0.0.1", "-validity", "3");
    keytool("-exportcert", "-alias", "a", "-rfc", "-file", keys.resolve("ca.crt").toString());
  }

  @BeforeEach
  void open() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(keys.resolve("keys").toFile(), PASSWORD);
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            if (!script.answer(exchange)) {
              ScriptedRegistry.send(exchange, 200, Map.of(), new byte[] {'{', '}'});
            }
          }
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(java.util.List.of(arguments));
    command.addAll(
        java.util.List.of(
            "-keystore", keys.resolve("keys").toString(), "-storepass", new String(PASSWORD)));
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(keys.resolve("log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(keys.resolve("log"))).isZero();
  }

  private String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private Registry connect(Optional<Path> certificates) throws IOException {
    var settings = new RegistrySettings(Set.of(), certificates, false, PushCompression.GZIP);
    var repository = new Reference(host(), "t/x", Optional.empty(), Optional.empty());
    return new Registries(settings, RegistryTest.QUICK, Time.SYSTEM)
        .connect(repository, RegistryAuth.NONE);
  }

  private Path trusted() throws IOException {
    var own = Files.createDirectories(folder.resolve("certs.d").resolve(host()));
    Files.copy(keys.resolve("ca.crt"), own.resolve("ca.crt"));
    return folder.resolve("certs.d");
  }

  @Test
  void aCertificateNobodyTrustsIsRefused() {
    assertThatThrownBy(() -> connect(Optional.empty()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Get \"https://" + host())
        .hasMessageContaining("tls: ");
  }

  @Test
  void aCertificateInTheHostsFolderIsTrusted() throws IOException {
    assertThat(connect(Optional.of(trusted())).uri("x").getScheme()).isEqualTo("https");
  }

  @Test
  void aRedirectFromTlsToPlainIsRefused() throws IOException {
    try (var plain = new ScriptedRegistry()) {
      var registry = connect(Optional.of(trusted()));
      script = x -> ScriptedRegistry.redirect(x, plain.url("/v2/t/x/tags/list"));
      assertThatThrownBy(registry::tags).hasMessageContaining("from https to http refused");
      assertThat(plain.seen).isEmpty();
      var upload = new Upload(registry);
      script =
          x ->
              ScriptedRegistry.send(
                  x, 202, Map.of("Location", plain.url("/v2/t/x/upload")), new byte[0]);
      assertThatThrownBy(() -> upload.put(new byte[] {1}))
          .hasMessageContaining("from https to http");
      assertThat(plain.seen).isEmpty();
    }
  }

  @Test
  void aPlainTokenServerOfATlsRegistryIsRefused() throws IOException {
    try (var plain = new ScriptedRegistry()) {
      var challenge = "Bearer realm=\"%s\"".formatted(plain.url("/token"));
      script =
          x ->
              ScriptedRegistry.send(
                  x, 401, Map.of("WWW-Authenticate", challenge), new byte[0]);
      var registry = connect(Optional.of(trusted()));
      assertThatThrownBy(registry::tags).hasMessageContaining("token server without TLS");
      assertThat(plain.seen).isEmpty();
    }
  }

  @Test
  void namesOfHostsAreToldAsWritten() {
    assertThat(Registries.ofServer("https://index.docker.io/v1/").domain()).isEqualTo("docker.io");
    assertThat(Registries.ofServer("127.0.0.1:5055").domain()).isEqualTo("127.0.0.1:5055");
    assertThat(Registries.ofServer("").domain()).isEqualTo("docker.io");
    assertThat(Wire.isSameOrigin(URI.create("https://A.b/x"), URI.create("https://a.b:443/y")))
        .isTrue();
    assertThat(Wire.isSameOrigin(URI.create("https://a.b/"), URI.create("http://a.b/"))).isFalse();
  }
}
