package stowage.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every command, by what it is about. */
final class Commands {
  private Commands() {}

  /** The groups in the order of help. */
  static Map<String, List<Command>> groups() {
    var groups = new LinkedHashMap<String, List<Command>>();
    groups.put("Containers", ContainerCommands.all());
    groups.put("Run", RunCommands.all());
    groups.put("Images", ImageCommands.all());
    groups.put("Volumes and mounts", VolumeCommands.all());
    groups.put("The agent", SystemCommands.all());
    return groups;
  }

  /** The command that {@code words} begin with: two words before one. */
  static Command find(List<String> words) {
    Command found = null;
    var two = words.size() < 2 ? "" : words.get(0) + " " + words.get(1);
    for (var group : groups().values()) {
      for (var command : group) {
        if (command.name().equals(two)) {
          return command;
        }
        if (command.name().equals(words.getFirst())) {
          found = command;
        }
      }
    }
    if (found == null) {
      throw new CliException(
          125,
          "no such command: "
              + String.join(" ", words.subList(0, Math.min(2, words.size())))
              + "\nSee 'stowage --help'.");
    }
    return found;
  }

  /** Prints the help of one command, or the list of all. */
  static int help(List<String> words, Output out) {
    if (!words.isEmpty()) {
      out.stdout().print(find(words).help());
      return 0;
    }
    out.line("Usage: stowage [-H unix:///SOCKET] COMMAND");
    out.line("");
    out.line("A container storage engine: images as stacks of read-only layers, containers with a");
    out.line("copy-on-write layer on top, and data that outlives them in bind mounts and volumes.");
    for (var group : groups().entrySet()) {
      out.line("");
      out.line(out.strong(group.getKey()));
      for (var command : group.getValue()) {
        out.line("  %-16s %s".formatted(command.name(), command.summary()));
      }
    }
    out.line("");
    out.line("'stowage COMMAND --help' teaches one command; 'stowage demo' shows the whole story.");
    out.line(
        "The stock docker CLI works too: docker -H unix://" + Main.runFolder() + "/docker.sock");
    return 0;
  }
}
