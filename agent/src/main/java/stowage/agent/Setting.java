package stowage.agent;

import java.util.Locale;

/** One thing an operator can set; docs/settings.md lists all of them, and a test compares. */
enum Setting {
  ROOT("root", "/var/lib/stowage", "where images, volumes and containers are kept"),
  RUN("run", "/run/stowage", "sockets, mounts and what else a reboot may take away"),
  CONFIG("config", "/etc/stowage/agent.conf", "a file of lines `name = value` with these names"),
  GROUP("group", "docker", "the group that may use the sockets, if the host has it"),
  LISTEN("listen", "", "also serve at `host:port`: a loopback address, or any with TLS"),
  TLS_CA("tls-ca", "", "PEM file: only clients with a certificate of this CA get an answer"),
  TLS_CERT("tls-cert", "", "PEM file: this agent's certificate chain"),
  TLS_KEY("tls-key", "", "PEM file: its private key"),
  RUNTIMES("runtimes", "runc,crun", "OCI runtimes, the first that works here is used"),
  INSECURE_REGISTRIES(
      "insecure-registries", "", "registries (`host` or `host:port`) spoken to without TLS"),
  REGISTRY_CERTS(
      "registry-certs", "/etc/docker/certs.d", "a folder per registry with `*.crt` to trust"),
  LAYERS("layers", "best", "how containers see layers: erofs, unpacked, or the best there is"),
  FOREIGN_LAYERS("foreign-layers", "no", "fetch layers from the URLs a manifest names: yes or no"),
  PUSH_COMPRESSION("push-compression", "gzip", "of layers no registry has yet: gzip or zstd"),
  AWS_LISTEN(
      "aws-listen", "127.0.0.1:7801", "the EC2 and EBS APIs at `host:port`, loopback; empty: off"),
  AWS_CREDENTIALS(
      "aws-credentials", "", "a file of lines `ACCESS-KEY-ID SECRET`: only these are let in"),
  REGION("region", "local", "the name of the EBS region"),
  REGION_ROOT("region-root", "", "where the region is kept, which agents share; empty: the root"),
  ZONES("zones", "", "its availability zones; empty: the region's name with -a, -b and -c"),
  ZONE("zone", "local-a", "the availability zone this host is in"),
  INSTANCE("instance", "", "this host's instance id, `i-...`; empty: one is made and kept"),
  ATTACH("attach", "auto", "how EBS volumes become devices here: auto, loop, nbd or fuse"),
  LOG_LEVEL("log-level", "info", "error, warning, info, debug or trace");

  private final String word;
  private final String defaultValue;
  private final String meaning;

  Setting(String word, String defaultValue, String meaning) {
    this.word = word;
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  /** As a line of the config file names it. */
  String word() {
    return word;
  }

  String flag() {
    return "--" + word;
  }

  String variable() {
    return "STOWAGE_" + word.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  String defaultValue() {
    return defaultValue;
  }

  String meaning() {
    return meaning;
  }
}
