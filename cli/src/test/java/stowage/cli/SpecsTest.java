package stowage.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stowage.base.Json;
import stowage.base.JsonObject;

class SpecsTest {
  private static JsonObject body(String... words) {
    var run = Commands.find(List.of("run"));
    var call = Call.parse(run, List.of(words), null, null);
    var arguments = call.arguments();
    var body = Specs.body(call, arguments.getFirst(), arguments.subList(1, arguments.size()));
    return JsonObject.of(body, "");
  }

  @Test
  void aVolumeWithoutColonIsAnonymousAndOneWithIsABind() {
    var body = body("-v", "/data", "-v", "/srv:/site:ro", "img");
    assertThat(body.object("Volumes").orElseThrow().names()).containsExactly("/data");
    assertThat(body.object("HostConfig").orElseThrow().strings("Binds"))
        .containsExactly("/srv:/site:ro");
  }

  @Test
  void readsSizesInPowersOf1024AndProcessorsInNanos() {
    assertThat(Specs.size("m", "64m")).isEqualTo(64L << 20);
    assertThat(Specs.size("m", "1GB")).isEqualTo(1L << 30);
    assertThat(Specs.size("m", "4096")).isEqualTo(4096);
    assertThatThrownBy(() -> Specs.size("memory", "x")).hasMessageContaining("--memory");
    assertThatThrownBy(() -> Specs.size("memory", "9999999999999g"))
        .isInstanceOf(CliException.class);
    var host = body("-m", "64m", "--cpus", "1.5", "img").object("HostConfig").orElseThrow();
    assertThat(host.number("Memory", 0)).isEqualTo(64L << 20);
    assertThat(host.number("NanoCpus", 0)).isEqualTo(1_500_000_000L);
  }

  @Test
  void aDetachedContainerAttachesNothing() {
    assertThat(body("-d", "img").bool("AttachStdout")).isFalse();
    assertThat(body("-i", "img").bool("StdinOnce")).isTrue();
  }

  @Test
  void mountWordsBecomeTheApisObject() {
    var mount =
        MountWords.parse(
            "type=volume,src=v,dst=/d,ro,volume-subpath=a,volume-opt=o=x,volume-nocopy");
    assertThat(Json.text(mount))
        .isEqualTo(
            "{\"Type\":\"volume\",\"Source\":\"v\",\"Target\":\"/d\",\"ReadOnly\":true,"
                + "\"VolumeOptions\":{\"Subpath\":\"a\","
                + "\"DriverConfig\":{\"Options\":{\"o\":\"x\"}},\"NoCopy\":true}}");
    assertThat(MountWords.parse("type=tmpfs,dst=/t,tmpfs-size=64m,tmpfs-mode=1777"))
        .containsEntry("TmpfsOptions", Map.of("SizeBytes", 64L << 20, "Mode", 01777L));
  }

  @Test
  void anUnknownMountKeyIsRefusedWithTheListOfThoseThereAre() {
    assertThatThrownBy(() -> MountWords.parse("type=bind,dst=/x,foo=bar"))
        .hasMessageContaining("no key 'foo'")
        .hasMessageContaining("bind-propagation");
    assertThatThrownBy(() -> MountWords.parse("type=bind,src=/x"))
        .hasMessageContaining("target is missing");
  }
}
