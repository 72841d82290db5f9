package stowage.cli;

import java.io.IOException;
import java.util.List;

/**
 * A command: what it is called, what it takes and what it does.
 *
 * @param name one or two words, such as {@code run} or {@code volume ls}
 * @param arguments what follows the options in help, such as {@code IMAGE [COMMAND] [ARG...]}
 * @param summary one line
 * @param details what a newcomer should know, and examples; may be empty
 * @param options in the order of help
 * @param passesRest whether everything after the first argument belongs to the container
 */
record Command(
    String name,
    String arguments,
    String summary,
    String details,
    List<Option> options,
    boolean passesRest,
    Action action) {
  /** What a command does; answers the exit status. */
  interface Action {
    int run(Call call) throws IOException, InterruptedException;
  }

  static Command of(String name, String arguments, String summary, Action action, Option... own) {
    return new Command(name, arguments, summary, "", List.of(own), false, action);
  }

  /** The same with text that teaches below the options. */
  Command teaching(String text) {
    return new Command(name, arguments, summary, text, options, passesRest, action);
  }

  /** The same, where options end at the first argument. */
  Command passingRest() {
    return new Command(name, arguments, summary, details, options, true, action);
  }

  /** The text of {@code --help}. */
  String help() {
    var text = new StringBuilder("Usage: stowage " + name);
    text.append(options.isEmpty() ? "" : " [OPTIONS]");
    text.append(arguments.isEmpty() ? "" : " " + arguments).append("\n\n").append(summary);
    text.append("\n");
    if (!options.isEmpty()) {
      text.append("\nOptions:\n");
      int width = options.stream().mapToInt(o -> o.usage().length()).max().orElseThrow();
      for (var option : options) {
        text.append("  ").append(option.usage());
        text.append(" ".repeat(width - option.usage().length() + 2)).append(option.help());
        text.append("\n");
      }
    }
    return details.isEmpty() ? text.toString() : text + "\n" + details.strip() + "\n";
  }
}
