package stowage.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stowage.base.StowageException;

class ReferenceTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox, busybox",
    "busybox:1.36, docker.io/library/busybox:1.36, busybox:1.36",
    "docker.io/busybox, docker.io/library/busybox, busybox",
    "index.docker.io/busybox, docker.io/library/busybox, busybox",
    "me/app:Tag, docker.io/me/app:Tag, me/app:Tag",
    "library/x/y, docker.io/library/x/y, library/x/y",
    "localhost/x, localhost/x, localhost/x",
    "localhost:5000/a/b:1, localhost:5000/a/b:1, localhost:5000/a/b:1",
    "[::1]:5000/a, [::1]:5000/a, [::1]:5000/a",
    "Host/a, Host/a, Host/a",
    "r.io/a--b/c__d.e-f_g, r.io/a--b/c__d.e-f_g, r.io/a--b/c__d.e-f_g",
    "quay.io/a:v1_2.3-4, quay.io/a:v1_2.3-4, quay.io/a:v1_2.3-4",
  })
  void namesAreNormalisedAndShownAsDockerDoes(String text, String whole, String familiar) {
    var reference = Reference.parse(text);
    assertThat(reference).hasToString(whole);
    assertThat(reference.familiar()).isEqualTo(familiar);
    assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
  }

  @Test
  void digestsAreKeptBesideTags() {
    var reference = Reference.parse("a:b@sha256:" + HEX);
    assertThat(reference.tag()).contains("b");
    assertThat(reference.digest().orElseThrow().hex()).isEqualTo(HEX);
    assertThat(reference.familiar()).isEqualTo("a:b@sha256:" + HEX);
    assertThat(Reference.parse("a").orLatest().familiar()).isEqualTo("a:latest");
    assertThat(Reference.parse("a@sha256:" + HEX).orLatest().tag()).isEmpty();
  }

  private static void refused(String text, String message) {
    assertThatThrownBy(() -> Reference.parse(text))
        .isInstanceOf(StowageException.InvalidArgument.class)
        .hasMessage(message);
    assertThat(Reference.find(text)).isEmpty();
  }

  @Test
  void refusalsAreInDockersWords() {
    refused("INVALID:1",
        "invalid reference format: repository name (library/INVALID) must be lowercase");
    refused("me/App", "invalid reference format: repository name (me/App) must be lowercase");
    refused("x:bad tag", "invalid reference format");
    refused("", "invalid reference format");
    refused(":", "invalid reference format");
    refused("a//b", "invalid reference format");
    refused("a/", "invalid reference format");
    refused("/a", "invalid reference format");
    refused("a___b", "invalid reference format");
    refused("-a", "invalid reference format");
    refused("a.-b", "invalid reference format");
    refused("../../etc", "invalid reference format");
    refused("a:" + "t".repeat(129), "invalid reference format");
    refused("a:-t", "invalid reference format");
    refused("a@sha256:1234", "invalid reference format");
    refused("a@sha256:" + "0".repeat(32), "invalid checksum digest length");
    refused("a@sha256:" + "A".repeat(64), "invalid checksum digest format");
    refused("a@md5:" + "0".repeat(32), "unsupported digest algorithm");
    refused("a@sha256:../../x", "invalid reference format");
    refused("a@b@c", "invalid reference format");
    refused("h:99x/a", "invalid reference format");
    refused("r.io/" + "a".repeat(256), "repository name must not be more than 255 characters");
    refused(HEX, "invalid repository name (" + HEX
        + "), cannot specify 64-byte hexadecimal strings");
    refused("a-".repeat(1_000_000) + "!", "invalid reference format");
    refused("a/".repeat(1_000_000) + "!", "invalid reference format");
  }

  @Test
  void idsAreHex() {
    assertThat(Reference.mayBeId("ab12")).isTrue();
    assertThat(Reference.mayBeId("sha256:" + HEX)).isTrue();
    assertThat(Reference.mayBeId("sha256:")).isFalse();
    assertThat(Reference.mayBeId("busybox")).isFalse();
    assertThat(Reference.mayBeId(HEX + "0")).isFalse();
  }
}
