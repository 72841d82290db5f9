package stowage.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs flows against one agent and says where its answers deviate from the recorded ones. */
final class FlowRun implements AutoCloseable {
  private static final String PREPARE =
      """
      mkdir -p $W/b $W/src/sub $A/root/data $A/root/var/own
      echo f1 > $W/src/f1; ln -s f1 $W/src/l1; echo g > $W/src/sub/g
      echo seed > $A/root/data/seed.txt; echo own > $A/root/var/own/f
      chown -R 1000:1000 $A/root/var/own; chmod 750 $A/root/var/own
      tar -C $A/root --owner=0 --group=0 -rf $A/bb.tar ./data
      tar -C $A/root -rf $A/bb.tar ./var/own
      docker import -c 'CMD ["/bin/sh"]' - bb:1 < $A/bb.tar
      """;

  private final TestAgent agent;
  private final Tap tap;
  private final Map<String, String> variables = new TreeMap<>();
  private final List<String> deviations = new ArrayList<>();

  private FlowRun(TestAgent agent, String registry) throws IOException {
    this.agent = agent;
    var socket = agent.folder.resolve("tap.sock");
    tap = new Tap(socket, agent.socket());
    variables.put("A", agent.folder.toString());
    variables.put("W", agent.folder.resolve("w").toString());
    variables.put("ROOT", agent.root.toString());
    variables.put("REG", registry);
    variables.put("TAPSOCK", socket.toString());
  }

  /** An agent of its own with the image of the recordings, bb:1. */
  static FlowRun start(String registry) throws IOException {
    var run = new FlowRun(TestAgent.start(), registry);
    try {
      Files.createDirectory(Path.of(run.variables.get("W")));
      Files.write(run.agent.folder.resolve("bb.tar"), Busybox.tar());
      run.shell(PREPARE).ok();
      return run;
    } catch (IOException | AssertionError e) {
      run.close();
      throw e;
    }
  }

  /** Runs every step, whatever the ones before it answered, and returns the deviations. */
  List<String> run(Flow flow) {
    for (var step : flow.steps()) {
      tap.drain();
      var result = shell(step.command());
      if (step.prepares()) {
        if (result.exit() != 0) {
          deviations.add("could not prepare: " + result);
        }
      } else {
        check(step, result, tap.drain());
      }
    }
    return List.copyOf(deviations);
  }

  private Shell.Result shell(String command) {
    var environment = new TreeMap<>(variables);
    environment.put("DOCKER_HOST", "unix://" + variables.get("TAPSOCK"));
    environment.put("DOCKER_CONFIG", variables.get("A") + "/config");
    environment.put("STOWAGE", String.join(" ", agent.stowageCommand()));
    var line = "exec 3>&-; stowage() { $STOWAGE \"$@\"; }; cd $W; " + command;
    return Shell.run(List.of("bash", "-c", line), new byte[0], environment);
  }

  private void check(Flow.Step step, Shell.Result result, List<String> calls) {
    var wrong = new ArrayList<String>();
    if (result.exit() != step.exit()) {
      wrong.add("  exit " + result.exit() + ", not " + step.exit());
    }
    compare("stdout", step.out(), lines(result.out()), wrong);
    compare("stderr", step.err(), lines(result.err()), wrong);
    if (!step.calls().isEmpty()) {
      var asked = new ArrayList<>(calls);
      if (step.calls().stream().noneMatch(call -> call.contains("/_ping"))) {
        asked.removeIf(call -> call.contains("/_ping"));
      }
      compare("requests", step.calls(), asked, wrong);
    }
    if (!wrong.isEmpty()) {
      deviations.add("$ " + step.command() + "\n" + String.join("\n", wrong));
    }
  }

  private void compare(String what, List<String> shape, List<String> got, List<String> wrong) {
    var expected = shape.stream().map(this::expand).toList();
    if (!Shape.fits(expected, got)) {
      wrong.add("  " + what + ", expected:\n" + indent(expected));
      wrong.add("  " + what + ", got:\n" + indent(got));
    }
  }

  private String expand(String line) {
    for (var name : List.of("ROOT", "REG", "A", "W")) {
      line = line.replaceAll("\\$" + name + "\\b", variables.get(name));
    }
    return line;
  }

  private static List<String> lines(String output) {
    var lines = new ArrayList<>(output.replace("\r", "").lines().toList());
    while (!lines.isEmpty() && lines.getLast().isBlank()) {
      lines.removeLast();
    }
    return lines;
  }

  private static String indent(List<String> lines) {
    return lines.stream().map(line -> "    " + line).reduce((a, b) -> a + "\n" + b).orElse("");
  }

  @Override
  public void close() throws IOException {
    try (tap) {
      agent.close();
    }
  }
}
