package stowage.docker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.container.Container;
import stowage.container.Exec;
import stowage.container.State;

/** What {@code docker inspect} shows of a container. */
final class InspectJson {
  private final Engine engine;
  private final Rows rows;
  private final Container container;
  private final Map<String, Object> json = new LinkedHashMap<>();

  InspectJson(Engine engine, Rows rows, Container container) {
    this.engine = engine;
    this.rows = rows;
    this.container = container;
  }

  Map<String, Object> render(boolean size) {
    var words = container.arguments();
    json.put("Id", container.id());
    json.put("Created", Times.rfc3339(container.created()));
    json.put("Path", words.isEmpty() ? "" : words.getFirst());
    json.put("Args", words.isEmpty() ? List.of() : words.subList(1, words.size()));
    json.put("State", state());
    json.put("Image", container.imageId().toString());
    json.put("ResolvConfPath", container.files().resolvConf().toString());
    json.put("HostnamePath", container.files().hostname().toString());
    json.put("HostsPath", container.files().hosts().toString());
    json.put("LogPath", container.files().log().toString());
    json.put("Name", "/" + container.name());
    json.put("RestartCount", container.restartCount());
    json.put("Driver", engine.host().driver());
    json.put("Platform", "linux");
    json.put("MountLabel", "");
    json.put("ProcessLabel", "");
    json.put("AppArmorProfile", "");
    var execs = engine.containers().execs(container.id()).stream().map(Exec::id).toList();
    json.put("ExecIDs", execs.isEmpty() ? null : execs);
    json.put("HostConfig", HostConfigJson.render(container, engine.containers().runtime().name()));
    json.put("GraphDriver", graphDriver());
    if (size) {
      rows.sizes(container).ifPresent(json::putAll);
    }
    json.put("Mounts", rows.mounts(container));
    json.put("Config", config());
    json.put("NetworkSettings", networkSettings());
    return json;
  }

  private Map<String, Object> graphDriver() {
    var data = new LinkedHashMap<String, Object>();
    data.put("ID", container.id());
    data.put("Directory", container.files().directory().toString());
    var driver = new LinkedHashMap<String, Object>();
    driver.put("Data", data);
    driver.put("Name", engine.host().driver());
    return driver;
  }

  private Map<String, Object> state() {
    var state = container.state();
    String started = Times.NEVER;
    String finished = Times.NEVER;
    int exitCode = 0;
    String error = "";
    boolean oomKilled = false;
    var past = state instanceof State.Removing removing ? removing.before() : state;
    switch (past) {
      case State.Created created -> {
        exitCode = created.exitCode();
        error = created.error();
      }
      case State.Running running -> started = Times.rfc3339(running.startedAt());
      case State.Paused paused -> started = Times.rfc3339(paused.running().startedAt());
      case State.Restarting(State.Exited last) -> {
        exitCode = last.exitCode();
        error = last.error();
        oomKilled = last.oomKilled();
        started = Times.rfc3339(last.startedAt());
        finished = Times.rfc3339(last.finishedAt());
      }
      case State.Exited exited -> {
        exitCode = exited.exitCode();
        error = exited.error();
        oomKilled = exited.oomKilled();
        started = Times.rfc3339(exited.startedAt());
        finished = Times.rfc3339(exited.finishedAt());
      }
      case State.Removing _ -> throw new AssertionError("removing twice");
    }
    var fields = new LinkedHashMap<String, Object>();
    fields.put("Status", state.word());
    fields.put("Running", state.isAlive() || state instanceof State.Restarting);
    fields.put("Paused", state instanceof State.Paused);
    fields.put("Restarting", state instanceof State.Restarting);
    fields.put("OOMKilled", oomKilled);
    fields.put("Dead", false);
    fields.put("Pid", container.pid());
    fields.put("ExitCode", exitCode);
    fields.put("Error", error);
    fields.put("StartedAt", started);
    fields.put("FinishedAt", finished);
    return fields;
  }

  private Map<String, Object> config() {
    var spec = container.spec();
    var streams = spec.streams();
    var program = spec.program();
    var config = new LinkedHashMap<String, Object>();
    String hostname = spec.network().hostname();
    config.put("Hostname", hostname.isEmpty() ? container.shortId() : hostname);
    config.put("Domainname", spec.network().domainName());
    config.put("User", program.user());
    config.put("AttachStdin", streams.attachStdin());
    config.put("AttachStdout", streams.attachStdout());
    config.put("AttachStderr", streams.attachStderr());
    var ports = spec.request().get("ExposedPorts");
    if (!Fields.isZero(ports)) {
      config.put("ExposedPorts", ports);
    }
    config.put("Tty", streams.tty());
    config.put("OpenStdin", streams.openStdin());
    config.put("StdinOnce", streams.stdinOnce());
    config.put("Env", program.env().isEmpty() ? null : program.env());
    config.put("Cmd", program.command().filter(words -> !words.isEmpty()).orElse(null));
    config.put("Image", spec.image());
    var volumes = spec.request().get("Volumes");
    config.put("Volumes", Fields.isZero(volumes) && isEmpty(volumes) ? null : volumes);
    config.put("WorkingDir", program.workingDir());
    config.put("Entrypoint", program.entrypoint().filter(words -> !words.isEmpty()).orElse(null));
    if (spec.network().disabled()) {
      config.put("NetworkDisabled", true);
    }
    config.put("OnBuild", null);
    config.put("Labels", spec.labels());
    if (!spec.lifecycle().stopSignal().isEmpty()) {
      config.put("StopSignal", spec.lifecycle().stopSignal());
    }
    if (spec.lifecycle().stopTimeoutSeconds() >= 0) {
      config.put("StopTimeout", spec.lifecycle().stopTimeoutSeconds());
    }
    return config;
  }

  private static boolean isEmpty(Object volumes) {
    return !(volumes instanceof Map<?, ?> map) || map.isEmpty();
  }

  private Map<String, Object> networkSettings() {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("Bridge", "");
    settings.put("SandboxID", "");
    settings.put("SandboxKey", "");
    settings.put("Ports", Map.of());
    settings.put("HairpinMode", false);
    settings.put("LinkLocalIPv6Address", "");
    settings.put("LinkLocalIPv6PrefixLen", 0);
    settings.put("SecondaryIPAddresses", null);
    settings.put("SecondaryIPv6Addresses", null);
    for (String name :
        List.of("EndpointID", "Gateway", "GlobalIPv6Address", "IPAddress", "IPv6Gateway")) {
      settings.put(name, "");
    }
    settings.put("GlobalIPv6PrefixLen", 0);
    settings.put("IPPrefixLen", 0);
    settings.put("MacAddress", "");
    settings.put("Networks", Endpoints.of(container));
    return settings;
  }
}
