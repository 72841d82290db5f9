package stowage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CallTest {
  private static Call parse(String... words) {
    var command = Commands.find(List.of(words));
    int name = command.name().split(" ").length;
    return Call.parse(command, List.of(words).subList(name, words.length), null, null);
  }

  @Test
  void readsLongShortJoinedAndCombinedOptions() {
    var call = parse("run", "-it", "--name=a", "-v", "x:/y", "-vz:/w", "--env", "K=V", "img", "sh");
    assertThat(call.flag("interactive")).isTrue();
    assertThat(call.flag("tty")).isTrue();
    assertThat(call.value("name")).contains("a");
    assertThat(call.values("volume")).containsExactly("x:/y", "z:/w");
    assertThat(call.values("env")).containsExactly("K=V");
    assertThat(call.arguments()).containsExactly("img", "sh");
  }

  @Test
  void whatFollowsTheImageBelongsToTheContainer() {
    assertThat(parse("run", "--rm", "img", "ls", "-l", "--rm=false").arguments())
        .containsExactly("img", "ls", "-l", "--rm=false");
    assertThat(parse("rm", "a", "-f").flag("force")).isTrue();
    assertThat(parse("rm", "--", "-f").arguments()).containsExactly("-f");
  }

  @Test
  void findsCommandsOfTwoWordsBeforeThoseOfOne() {
    assertThat(Commands.find(List.of("agent", "stop")).name()).isEqualTo("agent stop");
    assertThat(Commands.find(List.of("agent", "--root")).name()).isEqualTo("agent");
    assertThatThrownBy(() -> Commands.find(List.of("volum", "ls")))
        .hasMessageContaining("volum ls");
  }

  @Test
  void refusesUnknownOptionsAndMissingValuesByName() {
    assertThatThrownBy(() -> parse("ps", "--al")).hasMessageContaining("unknown option: --al");
    assertThatThrownBy(() -> parse("ps", "-x")).hasMessageContaining("unknown option: -x");
    assertThatThrownBy(() -> parse("run", "--name")).hasMessageContaining("needs a value: --name");
    assertThatThrownBy(() -> parse("run", "--name=a", "--name=b", "i"))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> parse("run", "--rm=maybe", "i")).hasMessageContaining("is a flag");
  }

  @Test
  void everyCommandHasHelpAndItsOptionsAreUnambiguous() {
    for (var group : Commands.groups().values()) {
      for (var command : group) {
        assertThat(command.help()).startsWith("Usage: stowage " + command.name());
        assertThat(command.options().stream().map(Option::name)).doesNotHaveDuplicates();
        assertThat(command.options().stream().map(Option::letter).filter(c -> c != ' '))
            .as(command.name())
            .doesNotHaveDuplicates();
      }
    }
  }
}
