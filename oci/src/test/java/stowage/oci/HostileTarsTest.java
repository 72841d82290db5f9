package stowage.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stowage.base.StowageException;
import stowage.oci.HostileTars.Case;
import stowage.oci.HostileTars.Expected;
import stowage.oci.TarEntry.Type;

/** What of {@link HostileTars} the reader and the rules for names must refuse, and what not. */
class HostileTarsTest {
  static Stream<Case> cases() {
    return HostileTars.all().stream();
  }

  @Test
  void thereAreMoreThan300OfEveryClass() {
    assertThat(HostileTars.all()).hasSizeGreaterThan(300);
    assertThat(classes()).containsAll(
        List.of("name", "sym", "hard", "whiteout", "xattr", "dev", "mode", "header", "size", "uid",
            "type", "extended", "pax", "sparse", "dup", "trunc", "end", "many"));
  }

  private static Set<String> classes() {
    return cases().map(c -> c.name().split("-")[0]).collect(Collectors.toSet());
  }

  /** All that oci/ checks of a layer, in the order layer/ does. */
  private static List<TarEntry> check(byte[] tar, int piece) {
    var entries = new ArrayList<TarEntry>();
    for (TarEntry entry : Tars.parse(tar, piece)) {
      String path = LayerPath.normalise(entry.name());
      if (Whiteout.of(path) instanceof Whiteout.None && entry.type() == Type.HARD_LINK) {
        LayerPath.normalise(entry.link());
      }
      entries.add(entry);
    }
    return entries;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusedOrReadAsItMust(Case hostile) {
    byte[] tar = hostile.layers().get().getLast();
    switch (hostile.expected()) {
      case Expected.RefusedByReader(String word) ->
          assertThatThrownBy(() -> check(tar, 1000))
              .as(hostile.name())
              .isInstanceOf(StowageException.Corrupt.class)
              .hasMessageContaining(word);
      case Expected.RefusedByLayer _ -> check(tar, 1000);
      case Expected.Taken _ -> check(tar, 1000);
      case Expected.Either _ -> check(tar, 1000);
    }
  }
}
