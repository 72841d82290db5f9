package stowage.container;

import java.util.List;

/**
 * How a container is called and whom it can reach.
 *
 * @param mode {@code default} and {@code none}: only its own loopback; {@code host}: the host's
 *     network; anything else is not supported yet
 * @param hostname empty: the first 12 digits of the id, or the host's name with mode host
 * @param domainName empty: none
 * @param dns name servers; empty: the host's
 * @param extraHosts {@code name:address}
 * @param disabled shown only: the caller asked for no network at all
 */
public record Network(
    String mode,
    String hostname,
    String domainName,
    List<String> dns,
    List<String> dnsSearch,
    List<String> dnsOptions,
    List<String> extraHosts,
    boolean disabled) {
  /** The default network. */
  public static final Network DEFAULT = mode("default");

  public Network {
    dns = List.copyOf(dns);
    dnsSearch = List.copyOf(dnsSearch);
    dnsOptions = List.copyOf(dnsOptions);
    extraHosts = List.copyOf(extraHosts);
  }

  /** A mode, and nothing else asked for. */
  public static Network mode(String mode) {
    return new Network(mode, "", "", List.of(), List.of(), List.of(), List.of(), false);
  }

  /** Whether it is the host's network. */
  public boolean isHost() {
    return mode.equals("host");
  }
}
