package stowage.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.StowageException.Failed;

/** /etc/hostname, /etc/hosts and /etc/resolv.conf of one container, made anew at every start. */
final class HostFiles {
  private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final Path HOST_HOSTS = Path.of("/etc/hosts");

  private HostFiles() {}

  /** The name the container calls itself. */
  static String hostname(Container container, String ofHost) {
    String asked = container.spec().network().hostname();
    if (!asked.isEmpty()) {
      return asked;
    }
    return container.spec().network().isHost() ? ofHost : container.shortId();
  }

  /** The host's own name. */
  static String ofHost() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }

  /** Writes them, and answers them by where they are mounted. */
  static Map<String, Path> write(Container container, String hostname) {
    var files = container.files();
    try {
      Files.writeString(files.hostname(), hostname + "\n");
      Files.writeString(files.hosts(), hosts(container, hostname));
      Files.writeString(files.resolvConf(), resolvConf(container.spec().network()));
    } catch (IOException e) {
      throw new Failed("files of container %s: %s".formatted(container.id(), e.getMessage()), e);
    }
    return byTarget(container);
  }

  /** Them as they were last written, by where they are mounted; written if they never were. */
  static Map<String, Path> written(Container container) {
    return Files.exists(container.files().resolvConf())
        ? byTarget(container)
        : write(container, hostname(container, ofHost()));
  }

  private static Map<String, Path> byTarget(Container container) {
    var files = container.files();
    var byTarget = new LinkedHashMap<String, Path>();
    byTarget.put("/etc/resolv.conf", files.resolvConf());
    byTarget.put("/etc/hostname", files.hostname());
    byTarget.put("/etc/hosts", files.hosts());
    return byTarget;
  }

  private static String hosts(Container container, String hostname) throws IOException {
    var network = container.spec().network();
    var text = new StringBuilder();
    if (network.isHost() && Files.isReadable(HOST_HOSTS)) {
      text.append(Files.readString(HOST_HOSTS, StandardCharsets.ISO_8859_1));
    } else {
      text.append("127.0.0.1\tlocalhost\n");
      text.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
      text.append("fe00::\tip6-localnet\nff00::\tip6-mcastprefix\n");
      text.append("ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
      String domain = network.domainName();
      String full = domain.isEmpty() ? hostname : hostname + "." + domain + " " + hostname;
      // There is no other address than the loopback's: programs still look their own name up.
      text.append("127.0.0.1\t").append(full).append('\n');
    }
    for (String extra : network.extraHosts()) {
      int colon = extra.indexOf(':');
      String address = extra.substring(colon + 1).replaceAll("[\\[\\]]", "");
      text.append(address).append('\t').append(extra, 0, colon).append('\n');
    }
    return text.toString();
  }

  private static String resolvConf(Network network) throws IOException {
    List<String> host =
        Files.isReadable(HOST_RESOLV_CONF)
            ? Files.readAllLines(HOST_RESOLV_CONF, StandardCharsets.ISO_8859_1)
            : List.of();
    var lines = new ArrayList<String>();
    if (network.dns().isEmpty()) {
      host.stream().filter(line -> line.startsWith("nameserver")).forEach(lines::add);
    }
    network.dns().forEach(server -> lines.add("nameserver " + server));
    if (network.dnsSearch().isEmpty()) {
      host.stream()
          .filter(l -> l.startsWith("search") || l.startsWith("domain"))
          .forEach(lines::add);
    } else if (!network.dnsSearch().equals(List.of("."))) {
      lines.add("search " + String.join(" ", network.dnsSearch()));
    }
    if (network.dnsOptions().isEmpty()) {
      host.stream().filter(line -> line.startsWith("options")).forEach(lines::add);
    } else {
      lines.add("options " + String.join(" ", network.dnsOptions()));
    }
    return String.join("\n", lines) + "\n";
  }
}
