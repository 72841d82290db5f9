package stowage.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException.Failed;

/**
 * conmon, the monitor: one process a container or exec. It creates the container by the OCI
 * runtime, is its parent, copies its output to the log and to whoever is attached, and writes its
 * exit code to the file {@code exit} in its bundle. It outlives the agent.
 *
 * <p>It is started through a shell because it wants to be talked to on descriptors above 2, which
 * Java closes: the shell makes its standard output the one conmon reports on. With {@code --sync}
 * it does not put itself behind, so its end is the end of our child.
 *
 * @see <a href="https://github.com/containers/conmon">conmon</a>
 */
record Conmon(Path binary, OciRuntime runtime) {
  /** The longest report that is read: it may quote what the runtime printed. */
  private static final int REPORT_MAX = 64 << 10;

  private static final String SHELL = "exec 3>&1 4<&0 </dev/null >/dev/null; exec \"$@\"";

  /**
   * What to create.
   *
   * @param bundle where its sockets go; for a container also the runtime's config.json
   * @param log CRI format; empty: none
   * @param input whether there is standard input
   * @param inputStays whether that stays open when an attached client ends its own
   */
  record Job(String id, Path bundle, String log, boolean tty, boolean input, boolean inputStays) {}

  /** A monitor at work. */
  record Monitor(Process process, int pid) {}

  /** The runtime refused; the message is its own. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /** Creates a container, up to the moment before its program. */
  Monitor create(Job job) throws Refused {
    Process process = spawn(job, List.of());
    try (var reports = process.getInputStream();
        var _ = process.getOutputStream()) {
      int pid = pid(report(process, reports));
      process.getErrorStream().close();
      return new Monitor(process, pid);
    } catch (IOException e) {
      throw new Failed("conmon's report cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Runs a further process in a container.
   *
   * @param containerId whom the runtime is asked to exec in
   * @param spec file with the process as JSON
   * @param attach called when the streams can be attached to and nothing has run yet
   */
  Monitor exec(Job job, String containerId, Path spec, Runnable attach) throws Refused {
    Process process =
        spawn(
            job,
            List.of("--exec", "--exec-attach", "--exec-process-spec", spec.toString()),
            containerId);
    try (var reports = process.getInputStream();
        var go = process.getOutputStream()) {
      go.write('0');
      go.flush();
      report(process, reports);
      attach.run();
      go.write('0');
      go.flush();
      int pid = pid(report(process, reports));
      process.getErrorStream().close();
      return new Monitor(process, pid);
    } catch (IOException e) {
      throw new Failed("conmon's report cannot be read: " + e.getMessage(), e);
    }
  }

  private Process spawn(Job job, List<String> further) {
    return spawn(job, further, job.id());
  }

  private Process spawn(Job job, List<String> further, String containerId) {
    var words = new ArrayList<>(List.of("/bin/sh", "-c", SHELL, "sh", binary.toString()));
    words.addAll(List.of("--api-version", "1", "--sync", "--full-attach", "--no-sync-log"));
    words.addAll(List.of("-c", containerId, "-u", job.id(), "-r", runtime.binary().toString()));
    words.addAll(List.of("-b", job.bundle().toString(), "-l", log(job)));
    words.addAll(List.of("-p", job.bundle().resolve("pidfile").toString()));
    words.addAll(List.of("--persist-dir", job.bundle().toString()));
    runtime.globalOptions().forEach(option -> words.add("--runtime-arg=" + option));
    words.addAll(further);
    if (job.tty()) {
      words.add("-t");
    }
    if (job.input()) {
      words.add("-i");
    }
    if (job.inputStays()) {
      words.add("--leave-stdin-open");
    }
    var builder = new ProcessBuilder(words).directory(job.bundle().toFile());
    var environment = builder.environment();
    environment.clear();
    environment.put("PATH", Command.PATH);
    environment.put("_OCI_SYNCPIPE", "3");
    if (!further.isEmpty()) {
      environment.put("_OCI_STARTPIPE", "4");
      environment.put("_OCI_ATTACHPIPE", "3");
    }
    try {
      return builder.start();
    } catch (IOException e) {
      throw new Failed("conmon cannot be started: " + e.getMessage(), e);
    }
  }

  private static String log(Job job) {
    return job.log().isEmpty() ? "none:" : "k8s-file:" + job.log();
  }

  private static int pid(JsonObject report) throws Refused {
    int pid = (int) report.number("data", -1);
    if (pid <= 0) {
      throw new Refused(report.string("message", "no reason given").strip());
    }
    return pid;
  }

  /** The next line conmon writes; what it printed instead when it ended without one. */
  private static JsonObject report(Process process, InputStream reports) throws IOException {
    var line = new StringBuilder();
    int c = reports.read();
    while (c >= 0 && c != '\n' && line.length() < REPORT_MAX) {
      line.append((char) c);
      c = reports.read();
    }
    if (c != '\n') {
      String printed =
          new String(process.getErrorStream().readNBytes(REPORT_MAX), StandardCharsets.UTF_8);
      throw new Failed("conmon ended early: " + printed.strip(), null);
    }
    byte[] json = line.toString().getBytes(StandardCharsets.ISO_8859_1);
    return JsonObject.of(
        Json.parse(json, "conmon's report") instanceof java.util.Map<?, ?> map
            ? map
            : java.util.Map.of(),
        "report");
  }
}
