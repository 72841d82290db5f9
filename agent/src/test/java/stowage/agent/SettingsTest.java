package stowage.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException.InvalidArgument;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void theTableInTheDocsIsTheCode() throws IOException {
    var file = Path.of(System.getProperty("root", ".."), "docs/settings.md");
    var rows = Files.readAllLines(file).stream().filter(line -> line.startsWith("| `--")).toList();
    assertThat(rows)
        .isEqualTo(Arrays.stream(Setting.values()).map(SettingsTest::row).toList());
  }

  private static String row(Setting setting) {
    String value = setting.defaultValue();
    return "| `%s` | `%s` | %s | %s |"
        .formatted(
            setting.flag(),
            setting.variable(),
            value.isEmpty() ? "none" : "`" + value + "`",
            setting.meaning());
  }

  @Test
  void aFlagWinsOverAVariableAndThatOverTheFile() throws IOException {
    var file = folder.resolve("agent.conf");
    Files.writeString(file, "# mine\nroot = /file\nrun=/file\n\n group = file \n");
    var settings =
        Settings.read(
            List.of("--root=/flag", "--config", file.toString()),
            Map.of("STOWAGE_ROOT", "/variable", "STOWAGE_RUN", "/variable"));
    assertThat(settings.get(Setting.ROOT)).isEqualTo("/flag");
    assertThat(settings.get(Setting.RUN)).isEqualTo("/variable");
    assertThat(settings.get(Setting.GROUP)).isEqualTo("file");
    assertThat(settings.list(Setting.RUNTIMES)).containsExactly("runc", "crun");
  }

  @Test
  void whatIsNoSettingIsRefusedWithTheListOfThoseThereAre() throws IOException {
    var file = folder.resolve("agent.conf");
    Files.writeString(file, "rot = /x\n");
    var none = Map.<String, String>of();
    assertThatThrownBy(() -> Settings.read(List.of("--config=" + file), none))
        .isInstanceOf(InvalidArgument.class)
        .hasMessageContaining("no setting 'rot'; there are root, run");
    assertThatThrownBy(() -> Settings.read(List.of("--rot", "/x"), none))
        .hasMessageContaining("no flag '--rot'; there are --root, --run");
    assertThatThrownBy(() -> Settings.read(List.of("--root"), none))
        .hasMessage("--root needs a value");
    assertThatThrownBy(() -> Settings.read(List.of("--config=/nope/x"), none))
        .hasMessage("config file /nope/x does not exist");
  }
}
