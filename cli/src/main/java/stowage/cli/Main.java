package stowage.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import stowage.base.Json;
import stowage.base.StowageException;
import stowage.http.HttpCall;
import stowage.http.HttpClient;

/** The {@code stowage} command. */
public final class Main {
  private Main() {}

  /** Carries out one command and ends the process with its status. */
  public static void main(String[] words) {
    var out = Output.standard();
    int status = run(Arrays.asList(words), out);
    out.stdout().flush();
    Runtime.getRuntime().halt(status); // a blocked read of standard input must not keep us
  }

  /** Carries out one command; answers its exit status. */
  static int run(List<String> words, Output out) {
    try {
      return dispatch(words, out);
    } catch (CliException e) {
      out.note("stowage: " + e.getMessage());
      return e.status();
    } catch (Engine.EngineException e) {
      out.note("stowage: " + e.getMessage());
      return 1;
    } catch (StowageException | IOException e) {
      out.note("stowage: " + Optional.ofNullable(e.getMessage()).orElse(e.toString()));
      return 1;
    } catch (InterruptedException e) {
      return 130;
    }
  }

  private static int dispatch(List<String> words, Output out)
      throws IOException, InterruptedException {
    var rest = words;
    var socket = socket();
    while (!rest.isEmpty() && (rest.getFirst().equals("-H") || rest.getFirst().equals("--host"))) {
      if (rest.size() < 2) {
        throw new CliException(125, "option needs a value: " + rest.getFirst());
      }
      socket = socket(rest.get(1));
      rest = rest.subList(2, rest.size());
    }
    if (rest.isEmpty() || List.of("--help", "-h", "help").contains(rest.getFirst())) {
      return Commands.help(rest.isEmpty() ? rest : rest.subList(1, rest.size()), out);
    }
    if (rest.getFirst().equals("__complete")) {
      return Completion.words(rest.subList(1, rest.size()), out);
    }
    if (rest.getFirst().equals("--train")) {
      return train(out);
    }
    return execute(rest, new Engine(socket), out);
  }

  /** Finds the command that {@code words} begin with and carries it out. */
  static int execute(List<String> words, Engine engine, Output out)
      throws IOException, InterruptedException {
    var command = Commands.find(words);
    var arguments = words.subList(command.name().split(" ").length, words.size());
    if (asksForHelp(command, arguments)) {
      out.stdout().print(command.help());
      return 0;
    }
    return command.action().run(Call.parse(command, arguments, engine, out));
  }

  private static boolean asksForHelp(Command command, List<String> arguments) {
    for (var word : arguments) {
      if (word.equals("--help")) {
        return true;
      }
      if (word.equals("--") || (command.passesRest() && !word.startsWith("-"))) {
        return false;
      }
    }
    return false;
  }

  private static Path socket() {
    var host = System.getenv("STOWAGE_HOST");
    if (host != null) {
      return socket(host);
    }
    return Path.of(runFolder(), "stowage.sock");
  }

  /** The agent's folder of sockets and mounts. */
  static String runFolder() {
    return Optional.ofNullable(System.getenv("STOWAGE_RUN")).orElse("/run/stowage");
  }

  private static Path socket(String host) {
    if (!host.startsWith("unix://")) {
      throw new CliException(125, "-H: got '" + host + "', want unix:///path/to/socket");
    }
    return Path.of(host.substring("unix://".length()));
  }

  /** Loads what every command loads, for the ahead-of-time cache. */
  private static int train(Output out) throws IOException {
    Commands.help(List.of(), out);
    var call = Call.parse(Commands.find(List.of("ps")), List.of("-a"), null, out);
    out.rows("table", List.of("NAME"), List.of(List.of(String.valueOf(call.flag("all")))));
    out.json(Json.parse("[{\"a\":1}]".getBytes(US_ASCII), "training"));
    try (var reply = HttpClient.unix(Path.of("/nonexistent")).send(HttpCall.get("/_ping"))) {
      return reply.status();
    } catch (IOException expected) {
      return 0;
    }
  }
}
