package stowage.docker;

import java.util.LinkedHashMap;
import java.util.Map;
import stowage.container.Container;

/** A container's place in networks as ps and inspect show it: nothing but the network's name. */
final class Endpoints {
  private Endpoints() {}

  static Map<String, Object> of(Container container) {
    var endpoint = new LinkedHashMap<String, Object>();
    endpoint.put("IPAMConfig", null);
    endpoint.put("Links", null);
    endpoint.put("Aliases", null);
    endpoint.put("MacAddress", "");
    endpoint.put("DriverOpts", null);
    endpoint.put("GwPriority", 0);
    endpoint.put("NetworkID", "");
    endpoint.put("EndpointID", "");
    endpoint.put("Gateway", "");
    endpoint.put("IPAddress", "");
    endpoint.put("IPPrefixLen", 0);
    endpoint.put("IPv6Gateway", "");
    endpoint.put("GlobalIPv6Address", "");
    endpoint.put("GlobalIPv6PrefixLen", 0);
    endpoint.put("DNSNames", null);
    return Map.of(container.spec().network().isHost() ? "host" : "none", endpoint);
  }
}
