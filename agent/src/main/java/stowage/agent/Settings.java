package stowage.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import stowage.base.StowageException.InvalidArgument;

/** What the operator has set: a flag wins over an environment variable, that over the file. */
final class Settings {
  private final Map<Setting, String> values;

  private Settings(Map<Setting, String> values) {
    this.values = values;
  }

  /**
   * Reads them.
   *
   * @throws InvalidArgument for a word that is no setting, with the list of those there are
   */
  static Settings read(List<String> arguments, Map<String, String> environment) {
    var values = new EnumMap<Setting, String>(Setting.class);
    flags(arguments, values);
    for (Setting setting : Setting.values()) {
      String value = environment.get(setting.variable());
      if (value != null) {
        values.putIfAbsent(setting, value);
      }
    }
    boolean asked = values.containsKey(Setting.CONFIG);
    var file = Path.of(values.getOrDefault(Setting.CONFIG, Setting.CONFIG.defaultValue()));
    file(file, asked, values);
    for (Setting setting : Setting.values()) {
      values.putIfAbsent(setting, setting.defaultValue());
    }
    return new Settings(values);
  }

  /** {@code --root x} and {@code --root=x}. */
  private static void flags(List<String> arguments, Map<Setting, String> values) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      Setting setting =
          Arrays.stream(Setting.values())
              .filter(s -> s.flag().equals(flag))
              .findFirst()
              .orElseThrow(() -> unknown("flag", flag));
      if (equals < 0 && ++i == arguments.size()) {
        throw new InvalidArgument(flag + " needs a value");
      }
      values.put(setting, equals < 0 ? arguments.get(i) : argument.substring(equals + 1));
    }
  }

  private static void file(Path file, boolean mustExist, Map<Setting, String> values) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      if (mustExist) {
        throw new InvalidArgument("config file %s does not exist".formatted(file));
      }
      return;
    } catch (IOException e) {
      throw new InvalidArgument("config file %s: %s".formatted(file, e.getMessage()));
    }
    for (int n = 1; n <= lines.size(); n++) {
      String line = lines.get(n - 1).strip();
      int equals = line.indexOf('=');
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (equals < 0) {
        throw new InvalidArgument("%s:%d: want name = value".formatted(file, n));
      }
      String word = line.substring(0, equals).strip();
      Setting setting =
          Arrays.stream(Setting.values())
              .filter(s -> s.word().equals(word) && s != Setting.CONFIG)
              .findFirst()
              .orElseThrow(() -> unknown("setting", word));
      values.putIfAbsent(setting, line.substring(equals + 1).strip());
    }
  }

  private static InvalidArgument unknown(String kind, String word) {
    return new InvalidArgument(
        "no %s '%s'; there are %s"
            .formatted(
                kind,
                word,
                Arrays.stream(Setting.values())
                    .map(s -> kind.equals("flag") ? s.flag() : s.word())
                    .collect(Collectors.joining(", "))));
  }

  String get(Setting setting) {
    return values.get(setting);
  }

  /** An absolute path. */
  Path path(Setting setting) {
    return Path.of(get(setting)).toAbsolutePath().normalize();
  }

  /** A path that may be left empty. */
  Optional<Path> file(Setting setting) {
    return get(setting).isEmpty() ? Optional.empty() : Optional.of(path(setting));
  }

  /** Words between commas. */
  List<String> list(Setting setting) {
    return Arrays.stream(get(setting).split(","))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  boolean yes(Setting setting) {
    return switch (get(setting).toLowerCase(Locale.ROOT)) {
      case "yes", "true", "1" -> true;
      case "no", "false", "0", "" -> false;
      case String other -> throw new InvalidArgument(setting.word(), other, "yes or no");
    };
  }
}
