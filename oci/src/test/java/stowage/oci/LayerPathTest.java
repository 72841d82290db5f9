package stowage.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stowage.base.StowageException;

class LayerPathTest {
  @ParameterizedTest
  @CsvSource({
    "a/b, a/b", "./a//b/, a/b", "/a, a", "///a/./b/., a/b", "., ''", "./, ''", "/, ''", "'', ''",
    "..., ...", "a/..b/c.., a/..b/c..", ".a, .a", "a/.wh.b, a/.wh.b"
  })
  void namesBecomePaths(String name, String path) {
    assertThat(LayerPath.normalise(name)).isEqualTo(path);
    assertThat(LayerPath.isNormal(path)).isTrue();
    assertThat(LayerPath.isNormal(name)).isEqualTo(name.equals(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../a", "/..", "a/..", "a/../b", "./../a", "a//..//b", "../"})
  void upIsRefused(String name) {
    assertThatThrownBy(() -> LayerPath.normalise(name))
        .isInstanceOf(StowageException.Corrupt.class)
        .hasMessageContainingAll(TarText.display(name), "..");
  }

  @Test
  void longOnesAreRefused() {
    assertThat(LayerPath.normalise("a".repeat(255))).hasSize(255);
    assertThatThrownBy(() -> LayerPath.normalise("a".repeat(256)))
        .isInstanceOf(StowageException.Corrupt.class);
    assertThatThrownBy(() -> LayerPath.normalise("a/".repeat(2049)))
        .isInstanceOf(StowageException.Corrupt.class);
  }

  @Test
  void partsAreTold() {
    assertThat(LayerPath.parent("a/b/c")).isEqualTo("a/b");
    assertThat(LayerPath.parent("a")).isEmpty();
    assertThat(LayerPath.name("a/b")).isEqualTo("b");
    assertThat(LayerPath.child("", "a")).isEqualTo("a");
    assertThat(LayerPath.child("a", "b")).isEqualTo("a/b");
  }

  @Test
  void whiteoutsAreTold() {
    assertThat(Whiteout.of("a/b")).isEqualTo(new Whiteout.None());
    assertThat(Whiteout.of("a.wh.b")).isEqualTo(new Whiteout.None());
    assertThat(Whiteout.of("a/.wh.b")).isEqualTo(new Whiteout.Removes("a/b"));
    assertThat(Whiteout.of(".wh.b")).isEqualTo(new Whiteout.Removes("b"));
    assertThat(Whiteout.of(".wh....")).isEqualTo(new Whiteout.Removes("..."));
    assertThat(Whiteout.of(".wh..x")).isEqualTo(new Whiteout.Removes(".x"));
    assertThat(Whiteout.of("a/.wh..wh..opq")).isEqualTo(new Whiteout.Opaque("a"));
    assertThat(Whiteout.of(".wh..wh..opq")).isEqualTo(new Whiteout.Opaque(""));
    assertThat(Whiteout.of(".wh..wh.plnk/123.4")).isEqualTo(new Whiteout.Bookkeeping());
    assertThat(Whiteout.of(".wh..wh.aufs")).isEqualTo(new Whiteout.Bookkeeping());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".wh.", ".wh..", ".wh...", "a/.wh.", "a/.wh..", "a/.wh...", ".wh..wh.", ".wh..wh.x",
        "a/.wh..wh.plnk", ".wh..wh..opq2", ".wh.a/b", "a/.wh.b/c", ".wh..wh..opq/x",
        ".wh..wh.aufsx", ".wh.a/.wh.b"
      })
  void oddWhiteoutsAreRefused(String path) {
    assertThatThrownBy(() -> Whiteout.of(path))
        .isInstanceOf(StowageException.Corrupt.class)
        .hasMessageContaining(path);
  }

  @Test
  void controlAttributesAreTold() {
    assertThat(LayerPath.isControlXattr("trusted.overlay.opaque")).isTrue();
    assertThat(LayerPath.isControlXattr("user.overlay.redirect")).isTrue();
    assertThat(LayerPath.isControlXattr("security.capability")).isFalse();
    assertThat(LayerPath.isControlXattr("user.x")).isFalse();
  }
}
