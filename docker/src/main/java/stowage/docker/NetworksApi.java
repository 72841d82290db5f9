package stowage.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stowage.base.Digest;
import stowage.base.Resource;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.http.Router;

/** {@code /networks}: the two that every host has. */
final class NetworksApi {
  private record Network(String name, String driver, String id) {}

  private final Engine engine;
  private final List<Network> networks;

  NetworksApi(Engine engine) {
    this.engine = engine;
    this.networks = List.of(network("none", "null"), network("host", "host"));
  }

  private Network network(String name, String driver) {
    String seed = engine.host().id() + "/" + name;
    return new Network(name, driver, Digest.of(seed.getBytes(StandardCharsets.UTF_8)).hex());
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("GET", "/networks/?", this::list)
        .add("POST", "/networks/prune", this::prune)
        .add("GET", "/networks/(?<name>[^/]+)", this::inspect)
        .add("DELETE", "/networks/(?<name>[^/]+)", this::remove);
  }

  private void list(Call call) throws IOException {
    var filters =
        call.filters()
            .check(Set.of("dangling", "driver", "id", "label", "name", "scope", "type"));
    call.json(
        200,
        networks.stream().filter(network -> matches(network, filters)).map(this::json).toList());
  }

  private static boolean matches(Network network, Filters filters) {
    return any(filters.of("name"), network.name::contains)
        && any(filters.of("id"), network.id::startsWith)
        && any(filters.of("driver"), network.driver::equals)
        && any(filters.of("scope"), "local"::equals)
        && any(filters.of("type"), "builtin"::equals)
        && filters.of("label").isEmpty()
        && !filters.flag("dangling").orElse(false);
  }

  private static boolean any(List<String> wanted, java.util.function.Predicate<String> test) {
    return wanted.isEmpty() || wanted.stream().anyMatch(test);
  }

  private void inspect(Call call) throws IOException {
    call.json(200, json(require(call.path("name"))));
  }

  private Network require(String name) {
    return networks.stream()
        .filter(network -> network.name.equals(name) || network.id.equals(name))
        .findFirst()
        .or(() -> networks.stream().filter(network -> network.id.startsWith(name)).findFirst())
        .orElseThrow(
            () ->
                new NotFound(Resource.NETWORK, name, "network %s not found".formatted(name)));
  }

  private void remove(Call call) {
    var network = require(call.path("name"));
    throw new InvalidArgument(
        "%s is a pre-defined network and cannot be removed".formatted(network.name));
  }

  private void prune(Call call) throws IOException {
    call.filters().check(Set.of("label", "label!", "until"));
    var answer = new LinkedHashMap<String, Object>();
    answer.put("NetworksDeleted", null);
    call.json(200, answer);
  }

  private Map<String, Object> json(Network network) {
    var ipam = new LinkedHashMap<String, Object>();
    ipam.put("Driver", "default");
    ipam.put("Options", null);
    ipam.put("Config", null);
    var json = new LinkedHashMap<String, Object>();
    json.put("Name", network.name);
    json.put("Id", network.id);
    json.put("Created", Times.NEVER);
    json.put("Scope", "local");
    json.put("Driver", network.driver);
    json.put("EnableIPv4", true);
    json.put("EnableIPv6", false);
    json.put("IPAM", ipam);
    json.put("Internal", false);
    json.put("Attachable", false);
    json.put("Ingress", false);
    json.put("ConfigFrom", Map.of("Network", ""));
    json.put("ConfigOnly", false);
    json.put("Containers", Map.of());
    json.put("Options", Map.of());
    json.put("Labels", Map.of());
    return json;
  }
}
