package stowage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands recorded against dockerd 28.2.2 and what they answered, read from a {@code .flow} file:
 *
 * <pre>
 * % echo prepared            a command that only prepares the next ones; it must succeed
 * $ docker run bb:1 sh       a recorded command, as typed ($W is a folder, $REG a registry)
 * differs: why               Stowage answers otherwise on purpose; what follows is its answer
 * exit 3                     its exit code, 0 when left out
 * | out                      a line of standard output, see {@link Shape}
 * ! err                      a line of standard error
 * &#64; POST /commit 201         a request and its status, in the order of the requests
 * </pre>
 *
 * An empty line ends a step; a line that starts with # is a remark.
 */
record Flow(String name, String title, List<Step> steps) {
  /** One command and what it must answer. */
  record Step(
      String command,
      boolean prepares,
      String differs,
      int exit,
      List<String> out,
      List<String> err,
      List<String> calls) {}

  /** Reads the flow from the resources. */
  static Flow read(String name) throws IOException {
    try (InputStream in = Flow.class.getResourceAsStream("/flows/" + name + ".flow")) {
      return parse(name, new String(in.readAllBytes(), UTF_8));
    }
  }

  static Flow parse(String name, String text) {
    var steps = new ArrayList<Step>();
    String title = "";
    for (var part : text.split("\n\n+")) {
      var lines = part.lines().filter(l -> !l.startsWith("#")).toList();
      if (title.isEmpty()) {
        title = part.lines().findFirst().orElse("").replaceFirst("^# *", "");
      }
      if (!lines.isEmpty()) {
        addSteps(lines, steps);
      }
    }
    return new Flow(name, title, steps);
  }

  private static void addSteps(List<String> lines, List<Step> steps) {
    int start = 0;
    for (int i = 1; i <= lines.size(); i++) {
      if (i == lines.size() || lines.get(i).matches("[$%] .*")) {
        steps.add(step(lines.subList(start, i)));
        start = i;
      }
    }
  }

  private static Step step(List<String> lines) {
    var first = lines.getFirst();
    if (!first.matches("[$%] .*")) {
      throw new AssertionError("not a command: " + first);
    }
    var out = new ArrayList<String>();
    var err = new ArrayList<String>();
    var calls = new ArrayList<String>();
    String differs = "";
    int exit = 0;
    for (var line : lines.subList(1, lines.size())) {
      var rest = line.replaceFirst("^(differs:|exit|[|!@]) ?", "").stripTrailing();
      switch (line.charAt(0)) {
        case '|' -> out.add(rest);
        case '!' -> err.add(rest);
        case '@' -> calls.add(rest);
        case 'd' -> differs = rest;
        case 'e' -> exit = Integer.parseInt(rest.strip());
        default -> throw new AssertionError("not part of a step: " + line);
      }
    }
    return new Step(first.substring(2), first.startsWith("%"), differs, exit, out, err, calls);
  }

  /** Whether a command of it talks to a registry. */
  boolean needsRegistry() {
    return steps.stream().anyMatch(step -> step.command().contains("$REG"));
  }
}
