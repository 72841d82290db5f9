package stowage.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One command with the words given to it, read as getopt_long(3) would. */
final class Call {
  private final Command command;
  private final Engine engine;
  private final Output out;
  private final Map<String, List<String>> values = new HashMap<>();
  private final List<String> arguments = new ArrayList<>();

  private Call(Command command, Engine engine, Output out) {
    this.command = command;
    this.engine = engine;
    this.out = out;
  }

  /**
   * Reads {@code words}.
   *
   * @throws CliException if an option is unknown, lacks its value, or is given twice
   */
  static Call parse(Command command, List<String> words, Engine engine, Output out) {
    var call = new Call(command, engine, out);
    boolean options = true;
    for (int i = 0; i < words.size(); i++) {
      var word = words.get(i);
      if (options && word.equals("--")) {
        options = false;
      } else if (options && word.startsWith("--")) {
        i += call.longOption(word.substring(2), words, i);
      } else if (options && word.startsWith("-") && word.length() > 1) {
        i += call.letters(word, words, i);
      } else {
        call.arguments.add(word);
        options &= !command.passesRest();
      }
    }
    return call;
  }

  private int longOption(String word, List<String> words, int at) {
    int equals = word.indexOf('=');
    var name = equals < 0 ? word : word.substring(0, equals);
    var option = find(name, "--" + name);
    if (option.isFlag()) {
      var given = equals < 0 ? "true" : word.substring(equals + 1);
      if (!given.equals("true") && !given.equals("false")) {
        throw CliException.usage(command, "--" + name + " is a flag: got '" + given + "'");
      }
      put(option, given);
      return 0;
    }
    if (equals >= 0) {
      put(option, word.substring(equals + 1));
      return 0;
    }
    put(option, next(words, at, "--" + name));
    return 1;
  }

  private int letters(String word, List<String> words, int at) {
    for (int i = 1; i < word.length(); i++) {
      var option = find(word.charAt(i), "-" + word.charAt(i));
      if (option.isFlag()) {
        put(option, "true");
      } else if (i + 1 < word.length()) {
        int from = word.charAt(i + 1) == '=' ? i + 2 : i + 1;
        put(option, word.substring(from));
        return 0;
      } else {
        put(option, next(words, at, "-" + word.charAt(i)));
        return 1;
      }
    }
    return 0;
  }

  private String next(List<String> words, int at, String option) {
    if (at + 1 == words.size()) {
      throw CliException.usage(command, "option needs a value: " + option);
    }
    return words.get(at + 1);
  }

  private Option find(String name, String shown) {
    return command.options().stream()
        .filter(o -> o.name().equals(name))
        .findFirst()
        .orElseThrow(() -> CliException.usage(command, "unknown option: " + shown));
  }

  private Option find(char letter, String shown) {
    return command.options().stream()
        .filter(o -> o.letter() == letter)
        .findFirst()
        .orElseThrow(() -> CliException.usage(command, "unknown option: " + shown));
  }

  private void put(Option option, String value) {
    var all = values.computeIfAbsent(option.name(), _ -> new ArrayList<>());
    if (!option.repeats() && !all.isEmpty() && !option.isFlag()) {
      throw CliException.usage(command, "given twice: --" + option.name());
    }
    all.add(value);
  }

  Command command() {
    return command;
  }

  Engine engine() {
    return engine;
  }

  Output out() {
    return out;
  }

  boolean flag(String name) {
    return value(name).map(Boolean::parseBoolean).orElse(false);
  }

  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name)).map(List::getLast);
  }

  List<String> values(String name) {
    return values.getOrDefault(name, List.of());
  }

  List<String> arguments() {
    return arguments;
  }

  /** The arguments, of which there must be at least {@code count}. */
  List<String> arguments(int count) {
    if (arguments.size() < count) {
      throw CliException.usage(command, "needs " + command.arguments());
    }
    return arguments;
  }

  /** The only argument. */
  String argument() {
    if (arguments.size() != 1) {
      throw CliException.usage(command, "needs exactly one argument: " + command.arguments());
    }
    return arguments.getFirst();
  }
}
