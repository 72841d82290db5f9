package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import stowage.base.Ids;
import stowage.base.Json;
import stowage.base.StowageException.Unsupported;
import stowage.oci.RuntimeSpec;

/**
 * Finds the OCI runtime that works on this host: the one that can make a container's namespaces and
 * cgroups, up to where its program is looked for. Debian's crun 1.8 for one refuses hosts that mix
 * cgroup v1 and v2.
 */
final class RuntimePicker {
  private static final List<String> DIRECTORIES =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
  private static final Pattern VERSION =
      Pattern.compile("version ([0-9]+)\\.([0-9]+)(\\.([0-9]+))?");
  private static final String PROGRAM = "/stowage-probe";

  /** What was found. */
  record Found(Conmon conmon, String conmonVersion, OciRuntime runtime, List<String> warnings) {}

  private final Path run;
  private final List<String> wanted;

  /**
   * @param run where the runtime's state goes
   * @param wanted names or absolute paths, the first that works is taken
   */
  RuntimePicker(Path run, List<String> wanted) {
    this.run = run;
    this.wanted = wanted;
  }

  /** Unsupported, with what each one said, when none works. */
  Found find() {
    Path conmon =
        program("conmon")
            .orElseThrow(
                () -> new Unsupported("conmon is not installed: install the package conmon"));
    var refusals = new ArrayList<String>();
    for (String name : wanted) {
      Optional<Path> binary = program(name);
      if (binary.isEmpty()) {
        continue;
      }
      String shortName = binary.get().getFileName().toString();
      var runtime =
          new OciRuntime(binary.get(), shortName, version(binary.get()), run.resolve("runtime"));
      Optional<String> refusal = probe(runtime, run.resolve("probe"));
      if (refusal.isEmpty()) {
        var warnings = new ArrayList<>(escapes(runtime));
        return new Found(
            new Conmon(conmon, runtime), version(conmon), runtime, List.copyOf(warnings));
      }
      refusals.add("%s %s: %s".formatted(shortName, runtime.version(), refusal.get()));
    }
    throw new Unsupported(
        refusals.isEmpty()
            ? "no OCI runtime is installed: install the package runc or crun"
            : "no OCI runtime works on this host: " + String.join("; ", refusals));
  }

  private static Optional<Path> program(String name) {
    if (name.startsWith("/")) {
      return Optional.of(Path.of(name)).filter(Files::isExecutable);
    }
    return DIRECTORIES.stream()
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static String version(Path binary) {
    var matcher = VERSION.matcher(Command.run(List.of(binary.toString(), "--version")).out());
    return matcher.find() ? matcher.group().substring(8) : "unknown";
  }

  /** Why it does not work; empty when it does. */
  private static Optional<String> probe(OciRuntime wanted, Path place) {
    // Its state is not where containers have theirs: what nobody knows there is swept now.
    var runtime =
        new OciRuntime(
            wanted.binary(), wanted.name(), wanted.version(), place.resolve("state"));
    clear(runtime, place);
    String id = "probe-" + Ids.random().substring(0, 12);
    Path bundle = place.resolve(id);
    try {
      Files.createDirectories(bundle.resolve("root"));
      Files.createDirectories(runtime.state());
      Files.write(bundle.resolve("config.json"), Json.bytes(probeSpec(bundle, id).json()));
      var words = new ArrayList<>(List.of(runtime.binary().toString()));
      words.addAll(runtime.globalOptions());
      words.addAll(List.of("create", "--bundle", bundle.toString(), id));
      Command created = Command.run(words);
      // There is no such program: one that says so has come as far as it could.
      return created.err().contains(PROGRAM)
          ? Optional.empty()
          : Optional.of(OciRuntime.lastLine(created.err()));
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    } finally {
      clear(runtime, place);
    }
  }

  /** Removes what this probe, or one that a crash cut short, has left. */
  private static void clear(OciRuntime runtime, Path place) {
    try (var left = Files.newDirectoryStream(runtime.state())) {
      left.forEach(container -> runtime.delete(container.getFileName().toString()));
    } catch (IOException e) {
      // There was none.
    }
    Trees.delete(place);
  }

  private static RuntimeSpec probeSpec(Path bundle, String id) {
    return new RuntimeSpec(
        new RuntimeSpec.Process(
            false,
            List.of(PROGRAM),
            List.of(SpecBuilder.DEFAULT_PATH),
            "/",
            new RuntimeSpec.User(0, 0, List.of()),
            java.util.Set.of(),
            true,
            List.of(),
            Optional.empty()),
        bundle.resolve("root").toString(),
        false,
        "probe",
        List.of(new RuntimeSpec.Mount("/proc", "proc", "proc", List.of())),
        new RuntimeSpec.Namespaces(
            java.util.Set.of("pid", "mount", "ipc", "uts", "network"), java.util.Map.of()),
        List.of(),
        RuntimeSpec.Resources.unlimited(List.of()),
        Cgroups.path(id),
        new RuntimeSpec.Security(List.of(), List.of(), Optional.empty(), "", ""),
        java.util.Map.of(),
        java.util.Map.of());
  }

  /** Known ways out of containers that this version leaves open. */
  private static List<String> escapes(OciRuntime runtime) {
    var warnings = new ArrayList<String>();
    if (runtime.name().equals("runc")) {
      if (isBelow(runtime.version(), 1, 1, 12)) {
        warnings.add(
            "runc %s is open to CVE-2024-21626 (working directory outside of the container);"
                    .formatted(runtime.version())
                + " Stowage refuses working directories below /proc; use 1.1.12 or later");
      }
      if (isBelow(runtime.version(), 1, 2, 8)) {
        warnings.add(
            "runc %s is open to CVE-2025-31133, CVE-2025-52565 and CVE-2025-52881 (masked paths and"
                    .formatted(runtime.version())
                + " mounts swapped for links); use 1.2.8, 1.3.3 or later, or a distribution's fix");
      }
    } else if (runtime.name().equals("crun") && isBelow(runtime.version(), 1, 24, 0)) {
      warnings.add(
          "crun %s may be open to CVE-2025-24965 and CVE-2025-52565; use 1.24 or later"
              .formatted(runtime.version()));
    }
    return warnings;
  }

  static boolean isBelow(String version, int major, int minor, int patch) {
    var matcher = Pattern.compile("([0-9]+)\\.([0-9]+)(?:\\.([0-9]+))?.*").matcher(version);
    if (!matcher.matches()) {
      return true;
    }
    int[] have = {
      Integer.parseInt(matcher.group(1)),
      Integer.parseInt(matcher.group(2)),
      matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3))
    };
    int[] need = {major, minor, patch};
    return java.util.Arrays.compare(have, need) < 0;
  }
}
