package stowage.e2e;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What lines of output look like: words that differ from run to run stand as a kind in angle
 * brackets, {@code <*>} is any text, a line {@code ...} any lines. Runs of blanks are equal: a
 * table's columns are as wide as what is in them.
 */
final class Shape {
  private static final Map<String, String> KINDS =
      Map.of(
          "<id>", "[0-9a-f]{64}",
          "<id12>", "[0-9a-f]{12}",
          "<time>", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z",
          "<ago>", "(\\d+|About an?|Less than a) (second|minute|hour)s?( ago)?",
          "<size>", "[\\d.]+ ?([kKMGT]i?)?B",
          "<n>", "\\d+",
          "<*>", ".*");
  private static final Pattern KIND = Pattern.compile("<(id|id12|time|ago|size|n|\\*)>");

  private Shape() {}

  /** Whether the output has the shape. */
  static boolean fits(List<String> shape, List<String> lines) {
    if (shape.isEmpty()) {
      return lines.isEmpty();
    }
    if (shape.getFirst().equals("...")) {
      var rest = shape.subList(1, shape.size());
      for (int i = 0; i <= lines.size(); i++) {
        if (fits(rest, lines.subList(i, lines.size()))) {
          return true;
        }
      }
      return false;
    }
    return !lines.isEmpty()
        && fits(shape.getFirst(), lines.getFirst())
        && fits(shape.subList(1, shape.size()), lines.subList(1, lines.size()));
  }

  static boolean fits(String shape, String line) {
    return pattern(blanks(shape)).matcher(blanks(line)).matches();
  }

  private static String blanks(String line) {
    return line.replaceAll("[ \t]+", " ").stripTrailing();
  }

  private static Pattern pattern(String shape) {
    var regex = new StringBuilder();
    var kinds = KIND.matcher(shape);
    int at = 0;
    while (kinds.find()) {
      regex.append(Pattern.quote(shape.substring(at, kinds.start())));
      regex.append(KINDS.get(kinds.group()));
      at = kinds.end();
    }
    return Pattern.compile(regex.append(Pattern.quote(shape.substring(at))).toString());
  }
}
