package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/**
 * Dockerfile lines applied to an image's {@code config} object, as {@code docker commit --change}
 * and {@code docker import --change} take them.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/">Dockerfile reference</a>
 */
final class ConfigChanges {
  private static final Pattern PORT =
      Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?");

  private final Map<String, Object> config;
  private boolean commandSet;

  private ConfigChanges(Map<String, Object> config) {
    this.config = config;
  }

  /** A new config object: {@code config} with the lines applied, one after the other. */
  static Map<String, Object> apply(Map<String, Object> config, List<String> lines) {
    var changes = new ConfigChanges(new LinkedHashMap<>(config));
    for (var line : lines) {
      if (!line.isBlank()) {
        changes.apply(line.strip());
      }
    }
    return changes.config;
  }

  private void apply(String line) {
    var parts = line.split("\\s+", 2);
    String rest = parts.length > 1 ? parts[1].strip() : "";
    String verb = parts[0].toUpperCase(Locale.ROOT);
    boolean known =
        switch (verb) {
          case "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD",
              "STOPSIGNAL", "USER", "VOLUME", "WORKDIR" -> true;
          default -> false;
        };
    if (!known) {
      throw new StowageException.InvalidArgument(parts[0] + " is not a valid change command");
    }
    if (rest.isEmpty()) {
      throw new StowageException.InvalidArgument(verb + " requires at least one argument");
    }
    switch (verb) {
      case "CMD" -> {
        config.put("Cmd", command(rest));
        commandSet = true;
      }
      case "ENTRYPOINT" -> {
        config.put("Entrypoint", command(rest));
        if (!commandSet) {
          config.remove("Cmd"); // what it was given to is gone
        }
      }
      case "ENV" -> pairs(verb, rest).forEach(this::environment);
      case "EXPOSE" -> ports(rest).forEach(port -> object("ExposedPorts").put(port, Map.of()));
      case "HEALTHCHECK" -> config.put("Healthcheck", healthcheck(rest));
      case "LABEL" -> object("Labels").putAll(pairs(verb, rest));
      case "ONBUILD" -> append("OnBuild", rest);
      case "STOPSIGNAL" -> config.put("StopSignal", rest);
      case "USER" -> config.put("User", rest);
      case "VOLUME" -> words(rest).forEach(path -> object("Volumes").put(path, Map.of()));
      case "WORKDIR" -> config.put("WorkingDir", directory(rest));
      default -> throw new AssertionError(verb);
    }
  }

  private JsonObject view() {
    return JsonObject.of(config, "config");
  }

  /** The exec form if it is a JSON array of strings, else the shell form. */
  private List<String> command(String rest) {
    if (rest.startsWith("[")) {
      try {
        return array(rest);
      } catch (StowageException.InvalidArgument shell) {
        return shell(rest);
      }
    }
    return shell(rest);
  }

  private List<String> shell(String rest) {
    var shell = new ArrayList<>(view().strings("Shell"));
    if (shell.isEmpty()) {
      shell.addAll(List.of("/bin/sh", "-c"));
    }
    shell.add(rest);
    return shell;
  }

  private static List<String> array(String json) {
    Object value = Json.parse(json.getBytes(UTF_8), "array");
    return JsonObject.of(Map.of("array", value), "").strings("array");
  }

  private Map<String, Object> object(String field) {
    var object = view().object(field).map(o -> new LinkedHashMap<>(o.map()));
    Map<String, Object> copy = object.orElseGet(LinkedHashMap::new);
    config.put(field, copy);
    return copy;
  }

  private void append(String field, String value) {
    var list = new ArrayList<>(view().strings(field));
    list.add(value);
    config.put(field, list);
  }

  private void environment(String name, String value) {
    var list = new ArrayList<>(view().strings("Env"));
    UnaryOperator<String> replace =
        one -> one.startsWith(name + "=") ? name + "=" + value : one;
    list.replaceAll(replace);
    if (list.stream().noneMatch(one -> one.startsWith(name + "="))) {
      list.add(name + "=" + value);
    }
    config.put("Env", list);
  }

  /** "k=v k2='v 2'", or the old "k the rest". */
  private static Map<String, String> pairs(String verb, String rest) {
    var first = rest.split("\\s+", 2);
    var pairs = new LinkedHashMap<String, String>();
    if (!first[0].contains("=")) {
      if (first.length < 2) {
        throw new StowageException.InvalidArgument(verb + " must have two arguments");
      }
      pairs.put(first[0], first[1]);
      return pairs;
    }
    for (var word : split(rest)) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new StowageException.InvalidArgument(
            "Syntax error - can't find = in \"%s\". Must be of the form: name=value"
                .formatted(word));
      }
      if (equals == 0) {
        throw new StowageException.InvalidArgument(verb + " names can not be blank");
      }
      pairs.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return pairs;
  }

  /** Words between blanks; quotes hold a word together and go, a backslash keeps what follows. */
  private static List<String> split(String text) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
        inWord = true;
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  private static List<String> words(String rest) {
    return rest.startsWith("[") ? array(rest) : List.of(rest.split("\\s+"));
  }

  private static List<String> ports(String rest) {
    var ports = new ArrayList<String>();
    for (var word : rest.split("\\s+")) {
      var match = PORT.matcher(word);
      int from = match.matches() ? Integer.parseInt(match.group(1)) : -1;
      int to = from < 0 || match.group(2) == null ? from : Integer.parseInt(match.group(2));
      if (from < 0 || to < from || to > 65_535) {
        throw new StowageException.InvalidArgument("invalid containerPort: " + word);
      }
      String protocol = match.group(3) == null ? "tcp" : match.group(3);
      for (int port = from; port <= to; port++) {
        ports.add(port + "/" + protocol);
      }
    }
    return ports;
  }

  /** Relative to the one there is; "." and ".." are worked out. */
  private String directory(String rest) {
    String current = view().string("WorkingDir", "/");
    var path = Path.of(current.isEmpty() ? "/" : current).resolve(rest);
    return Path.of("/").resolve(path).normalize().toString();
  }

  private Map<String, Object> healthcheck(String rest) {
    var check = new LinkedHashMap<String, Object>();
    String left = rest;
    while (left.startsWith("--")) {
      var parts = left.split("\\s+", 2);
      option(check, parts[0]);
      left = parts.length > 1 ? parts[1].strip() : "";
    }
    var parts = left.split("\\s+", 2);
    if (parts[0].equalsIgnoreCase("NONE")) {
      check.put("Test", List.of("NONE"));
    } else if (parts[0].equalsIgnoreCase("CMD") && parts.length > 1) {
      var test = new ArrayList<String>();
      if (parts[1].startsWith("[")) {
        test.add("CMD");
        test.addAll(array(parts[1]));
      } else {
        test.add("CMD-SHELL");
        test.add(parts[1]);
      }
      check.put("Test", test);
    } else {
      throw new StowageException.InvalidArgument(
          "Unknown type \"%s\" in HEALTHCHECK (try CMD)".formatted(parts[0]));
    }
    return check;
  }

  private static void option(Map<String, Object> check, String option) {
    var parts = option.substring(2).split("=", 2);
    String value = parts.length > 1 ? parts[1] : "";
    switch (parts[0]) {
      case "interval" -> check.put("Interval", GoDuration.nanos(value));
      case "timeout" -> check.put("Timeout", GoDuration.nanos(value));
      case "start-period" -> check.put("StartPeriod", GoDuration.nanos(value));
      case "start-interval" -> check.put("StartInterval", GoDuration.nanos(value));
      case "retries" -> {
        if (!value.matches("\\d{1,9}")) {
          throw new StowageException.InvalidArgument("--retries", value, "a number");
        }
        check.put("Retries", Long.parseLong(value));
      }
      default -> throw new StowageException.InvalidArgument("Unknown flag: " + parts[0]);
    }
  }
}
