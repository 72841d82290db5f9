package stowage.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EbsOptionsTest {
  @ParameterizedTest
  @CsvSource({"10,10", "10g,10", "10GB,10", "10GiB,10", "2TiB,2048", "2t,2048"})
  void sizesAreGib(String text, long gib) {
    assertThat(EbsOptions.parse(Map.of("size", text)).config().sizeGib()).hasValue(gib);
  }

  @Test
  void whatIsNotSaidFollowsFromWhereTheBytesComeFrom() {
    var blank = EbsOptions.parse(Map.of());
    assertThat(blank.config().type()).hasValue("gp3");
    assertThat(blank.config().sizeGib()).hasValue(8);
    assertThat(blank.filesystem()).isEqualTo("ext4");
    assertThat(blank.encrypted()).isEmpty();
    var restored = EbsOptions.parse(Map.of("snapshot", "snap-0123456789abcdef0"));
    assertThat(restored.config().sizeGib()).isEqualTo(OptionalLong.empty());
    assertThat(restored.config().type()).hasValue("gp3");
    var copied = EbsOptions.parse(Map.of("from", "db"));
    assertThat(copied.config().type()).isEqualTo(Optional.empty());
    assertThat(copied.config().sizeGib()).isEqualTo(OptionalLong.empty());
  }

  @Test
  void whatIsSaidIsPassedOn() {
    var said =
        EbsOptions.parse(
            Map.of("type", "io2", "iops", "5000", "throughput", "250", "encrypted", "true"));
    assertThat(said.config().type()).hasValue("io2");
    assertThat(said.config().iops()).hasValue(5000);
    assertThat(said.config().throughput()).hasValue(250);
    assertThat(said.encrypted()).hasValue(true);
  }
}
