package stowage.agent;

import java.util.Optional;
import stowage.base.StowageException.InvalidArgument;

/** Where a TCP listener is: {@code host:port}; port 0 is any free one. */
record Address(String host, int port) {
  private static final int PORT_MAX = 65535;

  /** What a setting says; empty if it is. */
  static Optional<Address> of(Settings settings, Setting setting) {
    String address = settings.get(setting);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    int colon = address.lastIndexOf(':');
    if (colon < 0 || !address.substring(colon + 1).matches("\\d{1,5}")) {
      throw wrong(setting, address);
    }
    int port = Integer.parseInt(address.substring(colon + 1));
    if (port > PORT_MAX) {
      throw wrong(setting, address);
    }
    return Optional.of(new Address(address.substring(0, colon).replaceAll("[\\[\\]]", ""), port));
  }

  private static InvalidArgument wrong(Setting setting, String address) {
    return new InvalidArgument(setting.word(), address, "host:port");
  }

  @Override
  public String toString() {
    return host.contains(":") ? "[%s]:%d".formatted(host, port) : host + ":" + port;
  }
}
