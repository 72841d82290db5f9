package stowage.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The options that say what a container is to be, and the API's words for them. */
final class Specs {
  private static final Pattern SIZE = Pattern.compile("(\\d+)([bkmgt]?)b?");

  private Specs() {}

  static List<Option> forRun() {
    var options = new ArrayList<Option>();
    options.add(Option.flag("detach", 'd', "leave it in the background and print its id"));
    options.addAll(forCreate());
    return List.copyOf(options);
  }

  static List<Option> forCreate() {
    return List.of(
        Option.flag("interactive", 'i', "keep standard input open"),
        Option.flag("tty", 't', "give it a terminal"),
        Option.value("name", ' ', "NAME", "call it NAME"),
        Option.flag("rm", ' ', "remove it when it ends"),
        Option.list("volume", 'v', "SOURCE:TARGET[:MODE]", "mount a folder or volume"),
        Option.list("mount", ' ', "KEY=VALUE,...", "mount, with every option spelled out"),
        Option.list("tmpfs", ' ', "TARGET[:OPTIONS]", "mount memory"),
        Option.list("env", 'e', "NAME=VALUE", "set a variable"),
        Option.value("workdir", 'w', "FOLDER", "start there"),
        Option.value("user", 'u', "USER[:GROUP]", "run as"),
        Option.value("entrypoint", ' ', "COMMAND", "replace the image's entrypoint"),
        Option.value("hostname", 'h', "NAME", "its host name"),
        Option.value("network", ' ', "none|host", "its network (default none)"),
        Option.flag("read-only", ' ', "no writable layer"),
        Option.value("memory", 'm', "SIZE", "memory limit, as 512m"),
        Option.value("cpus", ' ', "NUMBER", "processors, as 1.5"),
        Option.value("pids-limit", ' ', "COUNT", "how many processes"),
        Option.list("cap-add", ' ', "CAPABILITY", "give a capability"),
        Option.list("cap-drop", ' ', "CAPABILITY", "take one away"),
        Option.flag("privileged", ' ', "all capabilities and devices"),
        Option.flag("init", ' ', "an init that reaps and forwards signals"),
        Option.list("label", 'l', "NAME=VALUE", "a label"),
        Option.value("restart", ' ', "POLICY", "no, on-failure[:N], always, unless-stopped"),
        Option.value("shm-size", ' ', "SIZE", "size of /dev/shm"),
        Option.value("stop-signal", ' ', "SIGNAL", "what stop sends"),
        Option.value("platform", ' ', "OS/ARCH", "which of an image's platforms"));
  }

  static List<Option> forExec() {
    return List.of(
        Option.flag("detach", 'd', "leave it in the background"),
        Option.flag("interactive", 'i', "keep standard input open"),
        Option.flag("tty", 't', "give it a terminal"),
        Option.list("env", 'e', "NAME=VALUE", "set a variable"),
        Option.value("workdir", 'w', "FOLDER", "start there"),
        Option.value("user", 'u', "USER[:GROUP]", "run as"),
        Option.flag("privileged", ' ', "all capabilities"));
  }

  /** The body of {@code POST /containers/create}. */
  static Map<String, Object> body(Call call, String image, List<String> command) {
    boolean interactive = call.flag("interactive");
    boolean attached = !call.command().name().equals("run") || !call.flag("detach");
    var body = new LinkedHashMap<String, Object>();
    body.put("Image", image);
    body.put("Cmd", command.isEmpty() ? null : command);
    call.value("entrypoint")
        .ifPresent(word -> body.put("Entrypoint", word.isEmpty() ? List.of("") : List.of(word)));
    body.put("Env", environment(call.values("env")));
    body.put("WorkingDir", call.value("workdir").orElse(""));
    body.put("User", call.value("user").orElse(""));
    body.put("Hostname", call.value("hostname").orElse(""));
    body.put("Tty", call.flag("tty"));
    body.put("OpenStdin", interactive);
    body.put("StdinOnce", interactive && attached);
    body.put("AttachStdin", interactive && attached);
    body.put("AttachStdout", attached);
    body.put("AttachStderr", attached);
    body.put("Labels", VolumeCommands.pairs(call, "label"));
    call.value("stop-signal").ifPresent(signal -> body.put("StopSignal", signal));
    var volumes = new LinkedHashMap<String, Object>();
    var binds = new ArrayList<String>();
    for (var volume : call.values("volume")) {
      if (volume.contains(":")) {
        binds.add(volume);
      } else {
        volumes.put(volume, Map.of());
      }
    }
    body.put("Volumes", volumes);
    body.put("HostConfig", host(call, binds));
    return body;
  }

  private static List<String> environment(List<String> given) {
    return given.stream()
        .map(e -> e.contains("=") || System.getenv(e) == null ? e : e + "=" + System.getenv(e))
        .toList();
  }

  private static Map<String, Object> host(Call call, List<String> binds) {
    var host = new LinkedHashMap<String, Object>();
    host.put("Binds", binds);
    host.put("Mounts", call.values("mount").stream().map(MountWords::parse).toList());
    host.put("Tmpfs", tmpfs(call.values("tmpfs")));
    host.put("NetworkMode", call.value("network").orElse("default"));
    host.put("AutoRemove", call.flag("rm"));
    host.put("ReadonlyRootfs", call.flag("read-only"));
    host.put("Privileged", call.flag("privileged"));
    host.put("CapAdd", call.values("cap-add"));
    host.put("CapDrop", call.values("cap-drop"));
    call.value("memory").ifPresent(size -> host.put("Memory", size("memory", size)));
    call.value("shm-size").ifPresent(size -> host.put("ShmSize", size("shm-size", size)));
    call.value("cpus")
        .ifPresent(cpus -> host.put("NanoCpus", Math.round(number("cpus", cpus) * 1e9)));
    call.value("pids-limit")
        .ifPresent(count -> host.put("PidsLimit", (long) number("pids-limit", count)));
    if (call.flag("init")) {
      host.put("Init", true);
    }
    call.value("restart").ifPresent(policy -> host.put("RestartPolicy", restart(policy)));
    return host;
  }

  private static Map<String, Object> restart(String policy) {
    int colon = policy.indexOf(':');
    return Map.of(
        "Name",
        colon < 0 ? policy : policy.substring(0, colon),
        "MaximumRetryCount",
        colon < 0 ? 0L : (long) number("restart", policy.substring(colon + 1)));
  }

  private static Map<String, String> tmpfs(List<String> given) {
    var tmpfs = new LinkedHashMap<String, String>();
    for (var word : given) {
      int colon = word.indexOf(':');
      tmpfs.put(
          colon < 0 ? word : word.substring(0, colon), colon < 0 ? "" : word.substring(colon + 1));
    }
    return tmpfs;
  }

  private static double number(String option, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new CliException(125, "--" + option + ": got '" + text + "', want a number");
    }
  }

  /** Bytes of {@code 64m}, {@code 1g}, {@code 4096}: powers of 1024. */
  static long size(String option, String text) {
    var match = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!match.matches() || match.group(1).length() > 12) {
      throw new CliException(125, "--" + option + ": got '" + text + "', want a size as 512m");
    }
    int shift = Math.max(0, "bkmgt".indexOf(match.group(2))) * 10;
    return Long.parseLong(match.group(1)) << (match.group(2).isEmpty() ? 0 : shift);
  }
}
