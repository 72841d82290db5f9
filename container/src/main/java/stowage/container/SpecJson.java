package stowage.container;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.JsonObject;

/** A {@link ContainerSpec} written down as JSON for the container's record, and read back. */
final class SpecJson {
  private SpecJson() {}

  static Map<String, Object> write(ContainerSpec spec) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("image", spec.image());
    fields.put("program", program(spec.program()));
    fields.put("streams", streams(spec.streams()));
    fields.put("limits", limits(spec.limits()));
    fields.put("security", security(spec.security()));
    fields.put("network", network(spec.network()));
    fields.put("storage", storage(spec.storage()));
    fields.put("lifecycle", lifecycle(spec.lifecycle()));
    fields.put("labels", spec.labels());
    fields.put("request", spec.request());
    return fields;
  }

  static ContainerSpec read(JsonObject json) {
    return new ContainerSpec(
        json.string("image", ""),
        program(part(json, "program")),
        streams(part(json, "streams")),
        limits(part(json, "limits")),
        security(part(json, "security")),
        network(part(json, "network")),
        storage(part(json, "storage")),
        lifecycle(part(json, "lifecycle")),
        json.stringMap("labels"),
        part(json, "request").map());
  }

  private static JsonObject part(JsonObject json, String name) {
    return json.object(name).orElseGet(() -> JsonObject.of(Map.of(), name));
  }

  private static Map<String, Object> program(Program program) {
    var fields = new LinkedHashMap<String, Object>();
    program.entrypoint().ifPresent(words -> fields.put("entrypoint", words));
    program.command().ifPresent(words -> fields.put("command", words));
    fields.put("env", program.env());
    fields.put("workingDir", program.workingDir());
    fields.put("user", program.user());
    fields.put("groups", program.groups());
    return fields;
  }

  private static Program program(JsonObject json) {
    return new Program(
        optionalList(json, "entrypoint"),
        optionalList(json, "command"),
        json.strings("env"),
        json.string("workingDir", ""),
        json.string("user", ""),
        json.strings("groups"));
  }

  private static Optional<List<String>> optionalList(JsonObject json, String name) {
    return json.has(name) ? Optional.of(json.strings(name)) : Optional.empty();
  }

  private static Map<String, Object> streams(Streams streams) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("tty", streams.tty());
    fields.put("openStdin", streams.openStdin());
    fields.put("stdinOnce", streams.stdinOnce());
    fields.put("attachStdin", streams.attachStdin());
    fields.put("attachStdout", streams.attachStdout());
    fields.put("attachStderr", streams.attachStderr());
    fields.put("rows", streams.rows());
    fields.put("columns", streams.columns());
    return fields;
  }

  private static Streams streams(JsonObject json) {
    return new Streams(
        json.bool("tty"),
        json.bool("openStdin"),
        json.bool("stdinOnce"),
        json.bool("attachStdin"),
        json.bool("attachStdout"),
        json.bool("attachStderr"),
        (int) json.number("rows", 0),
        (int) json.number("columns", 0));
  }

  private static Map<String, Object> limits(Limits limits) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("memoryBytes", limits.memoryBytes());
    fields.put("memorySwapBytes", limits.memorySwapBytes());
    fields.put("memoryReservationBytes", limits.memoryReservationBytes());
    fields.put("memorySwappiness", limits.memorySwappiness());
    fields.put("oomKillDisable", limits.oomKillDisable());
    fields.put("oomScoreAdj", limits.oomScoreAdj());
    fields.put("nanoCpus", limits.nanoCpus());
    fields.put("cpuShares", limits.cpuShares());
    fields.put("cpuPeriodMicros", limits.cpuPeriodMicros());
    fields.put("cpuQuotaMicros", limits.cpuQuotaMicros());
    fields.put("cpusetCpus", limits.cpusetCpus());
    fields.put("cpusetMems", limits.cpusetMems());
    fields.put("pids", limits.pids());
    fields.put("blkioWeight", limits.blkioWeight());
    fields.put(
        "ulimits",
        limits.ulimits().stream()
            .map(u -> Map.<String, Object>of("name", u.name(), "soft", u.soft(), "hard", u.hard()))
            .toList());
    return fields;
  }

  private static Limits limits(JsonObject json) {
    return new Limits(
        json.number("memoryBytes", 0),
        json.number("memorySwapBytes", 0),
        json.number("memoryReservationBytes", 0),
        json.number("memorySwappiness", -1),
        json.bool("oomKillDisable"),
        (int) json.number("oomScoreAdj", 0),
        json.number("nanoCpus", 0),
        json.number("cpuShares", 0),
        json.number("cpuPeriodMicros", 0),
        json.number("cpuQuotaMicros", 0),
        json.string("cpusetCpus", ""),
        json.string("cpusetMems", ""),
        json.number("pids", 0),
        (int) json.number("blkioWeight", 0),
        json.objects("ulimits").stream()
            .map(u -> new Ulimit(u.required("name"), u.number("soft", -1), u.number("hard", -1)))
            .toList());
  }

  private static Map<String, Object> security(Security security) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("privileged", security.privileged());
    fields.put("capAdd", security.capAdd());
    fields.put("capDrop", security.capDrop());
    fields.put("options", security.options());
    fields.put(
        "devices",
        security.devices().stream()
            .map(
                d ->
                    Map.<String, Object>of(
                        "hostPath", d.hostPath(),
                        "containerPath", d.containerPath(),
                        "permissions", d.permissions()))
            .toList());
    fields.put("deviceRules", security.deviceRules());
    fields.put("sysctls", security.sysctls());
    security.maskedPaths().ifPresent(paths -> fields.put("maskedPaths", paths));
    security.readonlyPaths().ifPresent(paths -> fields.put("readonlyPaths", paths));
    var namespaces = security.namespaces();
    fields.put("ipc", namespaces.ipc());
    fields.put("pid", namespaces.pid());
    fields.put("uts", namespaces.uts());
    fields.put("user", namespaces.user());
    fields.put("cgroup", namespaces.cgroup());
    return fields;
  }

  private static Security security(JsonObject json) {
    return new Security(
        json.bool("privileged"),
        json.strings("capAdd"),
        json.strings("capDrop"),
        json.strings("options"),
        json.objects("devices").stream()
            .map(
                d ->
                    new Device(
                        d.required("hostPath"),
                        d.required("containerPath"),
                        d.string("permissions", "rwm")))
            .toList(),
        json.strings("deviceRules"),
        json.stringMap("sysctls"),
        optionalList(json, "maskedPaths"),
        optionalList(json, "readonlyPaths"),
        new Security.Namespaces(
            json.string("ipc", ""),
            json.string("pid", ""),
            json.string("uts", ""),
            json.string("user", ""),
            json.string("cgroup", "")));
  }

  private static Map<String, Object> network(Network network) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("mode", network.mode());
    fields.put("hostname", network.hostname());
    fields.put("domainName", network.domainName());
    fields.put("dns", network.dns());
    fields.put("dnsSearch", network.dnsSearch());
    fields.put("dnsOptions", network.dnsOptions());
    fields.put("extraHosts", network.extraHosts());
    fields.put("disabled", network.disabled());
    return fields;
  }

  private static Network network(JsonObject json) {
    return new Network(
        json.string("mode", "default"),
        json.string("hostname", ""),
        json.string("domainName", ""),
        json.strings("dns"),
        json.strings("dnsSearch"),
        json.strings("dnsOptions"),
        json.strings("extraHosts"),
        json.bool("disabled"));
  }

  private static Map<String, Object> storage(Storage storage) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("mounts", MountJson.write(storage.mounts()));
    fields.put("readOnlyRoot", storage.readOnlyRoot());
    fields.put("shmBytes", storage.shmBytes());
    return fields;
  }

  private static Storage storage(JsonObject json) {
    return new Storage(
        MountRequest.NONE,
        MountJson.readAll(json, "mounts"),
        json.bool("readOnlyRoot"),
        json.number("shmBytes", 0));
  }

  private static Map<String, Object> lifecycle(Lifecycle lifecycle) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("restart", lifecycle.restart().kind().name());
    fields.put("retriesMax", lifecycle.restart().retriesMax());
    fields.put("autoRemove", lifecycle.autoRemove());
    fields.put("stopSignal", lifecycle.stopSignal());
    fields.put("stopTimeoutSeconds", lifecycle.stopTimeoutSeconds());
    fields.put("init", lifecycle.init());
    fields.put("logDriver", lifecycle.logDriver());
    return fields;
  }

  private static Lifecycle lifecycle(JsonObject json) {
    return new Lifecycle(
        new RestartPolicy(
            RestartPolicy.Kind.valueOf(json.string("restart", "NO")),
            (int) json.number("retriesMax", 0)),
        json.bool("autoRemove"),
        json.string("stopSignal", ""),
        (int) json.number("stopTimeoutSeconds", -1),
        json.bool("init"),
        json.string("logDriver", ""));
  }
}
