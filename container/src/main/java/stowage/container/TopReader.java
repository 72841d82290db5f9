package stowage.container;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;

/** The processes of a container through the host's ps, as Docker does it. */
final class TopReader {
  private TopReader() {}

  /**
   * @param arguments as a user gives them to ps; "-ef" when empty
   */
  static Top read(Set<Integer> pids, String arguments) {
    var words = new ArrayList<>(List.of("ps"));
    words.addAll(List.of((arguments.isBlank() ? "-ef" : arguments.strip()).split("\\s+")));
    Command ps = Command.run(words);
    if (ps.exitCode() != 0) {
      throw new Failed("ps: " + ps.err().strip(), null);
    }
    List<String> lines = ps.out().lines().toList();
    if (lines.isEmpty()) {
      throw new Failed("ps printed nothing", null);
    }
    List<String> titles = List.of(lines.getFirst().strip().split("\\s+"));
    int pidColumn = titles.indexOf("PID");
    if (pidColumn < 0) {
      throw new InvalidArgument("Couldn't find PID field in ps output");
    }
    var wanted = new HashSet<String>();
    pids.forEach(pid -> wanted.add(pid.toString()));
    var processes = new ArrayList<List<String>>();
    for (String line : lines.subList(1, lines.size())) {
      // The last column is the command, which has spaces of its own.
      List<String> fields = List.of(line.strip().split("\\s+", titles.size()));
      if (fields.size() > pidColumn && wanted.contains(fields.get(pidColumn))) {
        processes.add(fields);
      }
    }
    return new Top(titles, processes);
  }
}
