package stowage.docker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import stowage.base.JsonObject;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.Unsupported;
import stowage.container.ContainerSpec;
import stowage.container.Device;
import stowage.container.Lifecycle;
import stowage.container.Limits;
import stowage.container.MountRequest;
import stowage.container.Network;
import stowage.container.Program;
import stowage.container.RestartPolicy;
import stowage.container.Security;
import stowage.container.Storage;
import stowage.container.Streams;
import stowage.container.Ulimit;

/** The body of {@code POST /containers/create}, understood. */
final class CreateBody {
  private static final List<String> MOUNT_TYPES = List.of("bind", "volume", "tmpfs", "image");

  private final JsonObject config;
  private final JsonObject host;

  private CreateBody(JsonObject body) {
    this.config = body;
    this.host = body.object("HostConfig").orElse(JsonObject.of(Map.of(), "HostConfig"));
  }

  /** What is asked for; refused if it cannot be done as asked. */
  static ContainerSpec parse(JsonObject body) {
    if (body.names().stream().noneMatch(CreateFields.CONFIG.read()::contains)) {
      throw new InvalidArgument("config cannot be empty in order to create a container");
    }
    var create = new CreateBody(body);
    CreateFields.HOST.check(create.host);
    create.checkHost();
    return create.spec();
  }

  private ContainerSpec spec() {
    String image = config.string("Image", "");
    if (image.isEmpty()) {
      throw new InvalidArgument("no image specified: Image must not be empty");
    }
    return new ContainerSpec(
        image,
        program(),
        streams(),
        limits(host),
        security(),
        network(),
        storage(),
        lifecycle(),
        config.stringMap("Labels"),
        config.map());
  }

  private void checkHost() {
    for (String option : host.stringMap("StorageOpt").keySet()) {
      throw new InvalidArgument(
          option.equals("size")
              ? "--storage-opt is supported only for overlay over xfs with 'pquota' mount option"
              : "Unknown option " + option);
    }
    host.objects("Mounts").forEach(CreateBody::checkOptions);
    checkEndpoints();
    String logDriver = logConfig().string("Type", "");
    if (!List.of("", "json-file", "none").contains(logDriver)) {
      throw new InvalidArgument(
          "logger: no log driver named '%s' is registered; want json-file or none"
              .formatted(logDriver));
    }
    if (!Fields.isZero(logConfig().map().get("Config"))) {
      throw new Unsupported(
          "log options %s are not supported yet"
              .formatted(logConfig().stringMap("Config").keySet()));
    }
    var runtime = host.string("Runtime", "");
    if (!List.of("", "runc", "crun").contains(runtime)) {
      throw new InvalidArgument("unknown or invalid runtime name: " + runtime);
    }
  }

  /** The stock client names the network once more here; addresses and aliases are for real ones. */
  private void checkEndpoints() {
    config
        .object("NetworkingConfig")
        .flatMap(networking -> networking.object("EndpointsConfig"))
        .ifPresent(
            endpoints -> {
              if (!Fields.isZero(endpoints.map())) {
                throw new Unsupported(
                    "NetworkingConfig: networks other than none and host are not supported yet");
              }
            });
  }

  /** An option object belongs to the mounts of its type. */
  private static void checkOptions(JsonObject mount) {
    String type = mount.string("Type", "");
    for (String owner : MOUNT_TYPES) {
      String options = Character.toUpperCase(owner.charAt(0)) + owner.substring(1) + "Options";
      if (mount.has(options) && MOUNT_TYPES.contains(type) && !type.equals(owner)) {
        throw new InvalidArgument(
            "%s must not be specified on mount type \"%s\"".formatted(options, type));
      }
    }
  }

  private JsonObject logConfig() {
    return host.object("LogConfig").orElse(JsonObject.of(Map.of(), "LogConfig"));
  }

  private Program program() {
    return new Program(
        words(config, "Entrypoint"),
        words(config, "Cmd"),
        config.strings("Env"),
        config.string("WorkingDir", ""),
        config.string("User", ""),
        host.strings("GroupAdd"));
  }

  /** A list of words, or one word: the API takes both. */
  static Optional<List<String>> words(JsonObject object, String name) {
    return switch (object.map().get(name)) {
      case null -> Optional.empty();
      case String word -> Optional.of(List.of(word));
      case Object _ -> Optional.of(object.strings(name));
    };
  }

  private Streams streams() {
    var size = host.map().get("ConsoleSize") instanceof List<?> list ? list : List.of();
    return new Streams(
        config.bool("Tty"),
        config.bool("OpenStdin"),
        config.bool("StdinOnce"),
        config.bool("AttachStdin"),
        config.bool("AttachStdout"),
        config.bool("AttachStderr"),
        size.size() == 2 && size.get(0) instanceof Long rows ? rows.intValue() : 0,
        size.size() == 2 && size.get(1) instanceof Long columns ? columns.intValue() : 0);
  }

  /** The limits of a HostConfig or of an update. */
  static Limits limits(JsonObject host) {
    return new Limits(
        host.number("Memory", 0),
        host.number("MemorySwap", 0),
        host.number("MemoryReservation", 0),
        host.number("MemorySwappiness", -1),
        host.bool("OomKillDisable"),
        number(host, "OomScoreAdj"),
        host.number("NanoCpus", 0),
        host.number("CpuShares", 0),
        host.number("CpuPeriod", 0),
        host.number("CpuQuota", 0),
        host.string("CpusetCpus", ""),
        host.string("CpusetMems", ""),
        host.number("PidsLimit", 0),
        number(host, "BlkioWeight"),
        host.objects("Ulimits").stream()
            .map(u -> new Ulimit(u.required("Name"), u.number("Soft", 0), u.number("Hard", 0)))
            .toList());
  }

  private static int number(JsonObject object, String name) {
    long number = object.number(name, 0);
    if (number != (int) number) {
      throw new InvalidArgument(name, number, "a 32-bit number");
    }
    return (int) number;
  }

  private Security security() {
    return new Security(
        host.bool("Privileged"),
        host.strings("CapAdd"),
        host.strings("CapDrop"),
        host.strings("SecurityOpt"),
        host.objects("Devices").stream()
            .map(
                d ->
                    new Device(
                        d.required("PathOnHost"),
                        d.string("PathInContainer").filter(p -> !p.isEmpty())
                            .orElse(d.required("PathOnHost")),
                        d.string("CgroupPermissions").filter(p -> !p.isEmpty()).orElse("rwm")))
            .toList(),
        host.strings("DeviceCgroupRules"),
        host.stringMap("Sysctls"),
        host.has("MaskedPaths") ? Optional.of(host.strings("MaskedPaths")) : Optional.empty(),
        host.has("ReadonlyPaths") ? Optional.of(host.strings("ReadonlyPaths")) : Optional.empty(),
        new Security.Namespaces(
            host.string("IpcMode", ""),
            host.string("PidMode", ""),
            host.string("UTSMode", ""),
            host.string("UsernsMode", ""),
            host.string("CgroupnsMode", "")));
  }

  private Network network() {
    String mode = host.string("NetworkMode", "");
    return new Network(
        mode.isEmpty() ? "default" : mode,
        config.string("Hostname", ""),
        config.string("Domainname", ""),
        host.strings("Dns"),
        host.strings("DnsSearch"),
        host.strings("DnsOptions"),
        host.strings("ExtraHosts"),
        config.bool("NetworkDisabled"));
  }

  private Storage storage() {
    Set<String> volumes =
        config.object("Volumes").map(JsonObject::names).orElse(Set.<String>of());
    return new Storage(
        MountRequest.of(host, volumes),
        List.of(),
        host.bool("ReadonlyRootfs"),
        host.number("ShmSize", 0));
  }

  private Lifecycle lifecycle() {
    var restart = host.object("RestartPolicy").map(CreateBody::restart).orElse(RestartPolicy.NO);
    boolean autoRemove = host.bool("AutoRemove");
    if (autoRemove && restart.kind() != RestartPolicy.Kind.NO) {
      throw new InvalidArgument("can't create 'AutoRemove' container with restart policy");
    }
    return new Lifecycle(
        restart,
        autoRemove,
        config.string("StopSignal", ""),
        (int) config.number("StopTimeout", -1),
        host.bool("Init"),
        logConfig().string("Type", ""));
  }

  /** A restart policy; an empty name is "no". */
  static RestartPolicy restart(JsonObject policy) {
    String name = policy.string("Name", "");
    int retries = number(policy, "MaximumRetryCount");
    for (var kind : RestartPolicy.Kind.values()) {
      if (kind.word().equals(name.isEmpty() ? "no" : name)) {
        if (retries != 0 && kind != RestartPolicy.Kind.ON_FAILURE) {
          throw new InvalidArgument(
              "invalid restart policy: maximum retry count can only be used with 'on-failure'");
        }
        if (retries < 0) {
          throw new InvalidArgument(
              "invalid restart policy: maximum retry count cannot be negative");
        }
        return new RestartPolicy(kind, retries);
      }
    }
    throw new InvalidArgument(
        "invalid restart policy: unknown policy '%s'; use one of 'no', 'always', 'on-failure', or"
            .formatted(name)
            + " 'unless-stopped'");
  }
}
