package stowage.cli;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;

/** Shell completion: a small script for the shell, which asks {@code stowage __complete}. */
final class Completion {
  private Completion() {}

  static int script(Call call) {
    var shell = call.argument();
    var script =
        switch (shell) {
          case "bash" ->
              """
              _stowage() {
                local IFS=$'\\n'
                COMPREPLY=($(stowage __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
              }
              complete -o default -F _stowage stowage
              """;
          case "zsh" ->
              """
              #compdef stowage
              _stowage() {
                local words=("${(@)words[2,CURRENT]}")
                compadd -- ${(f)"$(stowage __complete "${words[@]}" 2>/dev/null)"}
              }
              compdef _stowage stowage
              """;
          case "fish" ->
              """
              function __stowage_complete
                stowage __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null
              end
              complete -c stowage -a '(__stowage_complete)'
              """;
          default -> throw new CliException(125, "got '" + shell + "', want bash, zsh or fish");
        };
    call.out().stdout().print(script);
    return 0;
  }

  /** Prints what may stand where the last of {@code words} stands, one a line. */
  static int words(List<String> words, Output out) throws IOException {
    var typed = words.isEmpty() ? "" : words.getLast();
    var before = words.isEmpty() ? words : words.subList(0, words.size() - 1);
    var offers = new TreeSet<String>();
    for (var group : Commands.groups().values()) {
      for (var command : group) {
        var name = List.of(command.name().split(" "));
        if (before.size() < name.size() && name.subList(0, before.size()).equals(before)) {
          offers.add(name.get(before.size()));
        }
        if (before.size() >= name.size() && before.subList(0, name.size()).equals(name)) {
          command.options().forEach(o -> offers.add("--" + o.name()));
          offers.add("--help");
        }
      }
    }
    offers.stream().filter(o -> o.startsWith(typed)).forEach(out::line);
    return 0;
  }
}
