package stowage.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stowage.base.Json;

/** What a command prints: results to standard output, everything else to standard error. */
final class Output {
  private static final int COLUMN_GAP = 3;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;

  Output(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** The process's own streams, in UTF-8 whatever the locale. */
  static Output standard() {
    return new Output(
        stream(FileDescriptor.out), stream(FileDescriptor.err), Terminal.isTerminal());
  }

  private static PrintStream stream(FileDescriptor fd) {
    return new PrintStream(new FileOutputStream(fd), true, StandardCharsets.UTF_8);
  }

  /** Whether a person looks at it: colours and moving bars only then. */
  boolean terminal() {
    return terminal;
  }

  PrintStream stdout() {
    return out;
  }

  PrintStream stderr() {
    return err;
  }

  void line(String text) {
    out.println(text);
  }

  void note(String text) {
    err.println(text);
  }

  /** Bold on a terminal, plain elsewhere. */
  String strong(String text) {
    return terminal ? "\033[1m" + text + "\033[0m" : text;
  }

  /** Dim on a terminal, plain elsewhere. */
  String faint(String text) {
    return terminal ? "\033[2m" + text + "\033[0m" : text;
  }

  /** A JSON document, indented. */
  void json(Object value) {
    out.println(Json.pretty(value));
  }

  /**
   * Rows as a table, or as one JSON array of objects with {@code --format json}.
   *
   * @param format "table" or "json"
   */
  void rows(String format, List<String> headings, List<List<String>> rows) {
    if (format.equals("json")) {
      json(rows.stream().map(row -> object(headings, row)).toList());
    } else if (format.equals("table")) {
      table(headings, rows);
    } else {
      throw new CliException(125, "--format: got '" + format + "', want table or json");
    }
  }

  private static Map<String, Object> object(List<String> headings, List<String> row) {
    var object = new LinkedHashMap<String, Object>();
    for (int i = 0; i < headings.size(); i++) {
      object.put(headings.get(i).toLowerCase(Locale.ROOT).replace(' ', '_'), row.get(i));
    }
    return object;
  }

  private void table(List<String> headings, List<List<String>> rows) {
    var all = new ArrayList<List<String>>();
    all.add(headings);
    all.addAll(rows);
    var widths = new int[headings.size()];
    for (var row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length() + COLUMN_GAP);
      }
    }
    for (var row : all) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i));
        if (i + 1 < widths.length) {
          line.append(" ".repeat(widths[i] - row.get(i).length()));
        }
      }
      out.println(line);
    }
  }
}
