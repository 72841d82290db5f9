package stowage.image;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import stowage.base.Time;
import stowage.oci.Reference;

/** Finds the way to a registry by its name: its address, whether it speaks TLS, whom to trust. */
final class Registries {
  private static final System.Logger LOG = System.getLogger("stowage.image");
  private static final int CLIENTS_MAX = 32;

  private final RegistrySettings settings;
  private final Patience patience;
  private final Time time;
  private final Map<String, HttpClient> clients = new HashMap<>(); // guarded by this

  Registries(RegistrySettings settings, Patience patience, Time time) {
    this.settings = settings;
    this.patience = patience;
    this.time = time;
  }

  RegistrySettings settings() {
    return settings;
  }

  /** Connects to the registry of {@code repository}; it has answered when this returns. */
  Registry connect(Reference repository, RegistryAuth auth) throws IOException {
    String host = host(repository.domain());
    var wire = new Wire(client(repository.domain()), patience, time);
    URI secure = URI.create("https://" + host + "/v2/");
    if (isPlainAllowed(repository.domain())) {
      var plain = plain(wire, URI.create("http://" + host + "/v2/"), repository, auth);
      if (plain.isPresent()) {
        return plain.get();
      }
    }
    return probe(wire, secure, repository, auth);
  }

  /** Empty if what is there does not speak plain HTTP, or only to send us to TLS. */
  private static Optional<Registry> plain(
      Wire wire, URI base, Reference repository, RegistryAuth auth) throws IOException {
    var registry = new Registry(wire, base, repository, auth);
    try {
      return registry.ping() ? Optional.of(registry) : Optional.empty();
    } catch (ConnectException | UnknownHostException nobodyThere) {
      throw nobodyThere;
    } catch (IOException notHttp) {
      LOG.log(Level.DEBUG, "registry.tls host={0} why={1}", base.getHost(), notHttp.getMessage());
      return Optional.empty();
    }
  }

  private static Registry probe(Wire wire, URI base, Reference repository, RegistryAuth auth)
      throws IOException {
    var registry = new Registry(wire, base, repository, auth);
    registry.ping();
    return registry;
  }

  private static String host(String domain) {
    return domain.equals(Reference.DEFAULT_DOMAIN) ? "registry-1.docker.io" : domain;
  }

  private boolean isPlainAllowed(String domain) {
    String name = domain.replaceFirst(":\\d+$", "");
    return name.equals("localhost")
        || name.matches("127\\.\\d+\\.\\d+\\.\\d+")
        || name.equals("[::1]")
        || settings.plainHttp().contains(domain)
        || settings.plainHttp().contains(name);
  }

  /** One client for all hosts with the common trust, one more for each that has its own. */
  private synchronized HttpClient client(String domain) throws IOException {
    var files = Trust.files(settings.certificates(), domain);
    String key = files.isEmpty() ? "" : domain;
    var known = clients.get(key);
    if (known != null) {
      return known;
    }
    if (clients.size() >= CLIENTS_MAX) {
      clients.clear(); // those in use live on with their users
    }
    var client =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .followRedirects(Redirect.NEVER)
            .connectTimeout(patience.connect())
            .sslContext(Trust.context(files))
            .proxy(EnvironmentProxy.of(System.getenv()))
            .build();
    clients.put(key, client);
    return client;
  }

  /** The reference's registry as a login names it: "https://index.docker.io/v1/" is Docker's. */
  static Reference ofServer(String server) {
    String name = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    boolean docker =
        name.isEmpty() || name.equals("index.docker.io") || name.equals("registry-1.docker.io");
    return new Reference(
        docker ? Reference.DEFAULT_DOMAIN : name, "-", Optional.empty(), Optional.empty());
  }
}
