package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static stowage.layer.Fixture.sh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException.Corrupt;

/** What only a chain can tell: owners of implied directories, links into layers below. */
class ChainTest {
  @TempDir Path dir;
  private Fixture store;

  /** Every test here is true of either. */
  LayerStore.Showing showing() {
    return LayerStore.Showing.EROFS;
  }

  @BeforeEach
  void open() throws Exception {
    store = new Fixture(dir, showing());
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private List<Digest> chain(TestTar... tars) {
    var chain = new ArrayList<Digest>();
    for (var tar : tars) {
      chain.add(store.add(tar.bytes()).layer().diffId());
    }
    return chain;
  }

  private String in(List<Digest> chain, String command) throws Exception {
    try (var view = store.layers.view(chain)) {
      return sh("cd " + view.merged() + "; " + command);
    }
  }

  private List<String> ownIndexes() throws Exception {
    try (var files = Files.list(store.root.resolve(Names.FOLDER))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains("@"))
          .toList();
    }
  }

  @Test
  void anImpliedDirectoryIsOwnedAsInTheLayersBelow() throws Exception {
    var base = new TestTar().directory("home", 0700, 7).directory("home/me", 02770, 8);
    var chain = chain(base, new TestTar().file("home/me/x", "x").file("other/y", "y"));
    assertThat(in(chain, "stat -c '%a %u %Y' home home/me other"))
        .isEqualTo("700 7 1600000000\n2770 8 1600000000\n755 0 0\n");
    assertThat(ownIndexes()).hasSize(1);
    // Without those below, or on others, it is what it is by itself.
    assertThat(in(chain.subList(1, 2), "stat -c '%a %u' home home/me")).isEqualTo("755 0\n755 0\n");
    assertThat(store.layers.check(List.of(), Optional.empty(), Progress.NONE).repaired())
        .isEmpty();
    var own = store.root.resolve(Names.FOLDER).resolve(ownIndexes().getFirst());
    Files.write(own, new byte[100]);
    assertThat(store.layers.check(List.of(), Optional.empty(), Progress.NONE).repaired())
        .containsExactly(chain.getLast());
    assertThat(in(chain, "stat -c '%a %u' home")).isEqualTo("700 7\n");
  }

  @Test
  void aChainThatSaysNothingElseSharesThePlainIndex() throws Exception {
    var base = new TestTar().directory("etc", 0755, 0).directory(".", 0755, 0);
    var chain = chain(base, new TestTar().file("etc/x", "x"), new TestTar().file("z", "z"));
    assertThat(in(chain, "cat etc/x z")).isEqualTo("xz");
    assertThat(ownIndexes()).isEmpty();
  }

  @Test
  void theRootOfAChainIsTheTopmostThatHasAnEntry() throws Exception {
    var chain =
        chain(
            new TestTar().directory(".", 01777, 3),
            new TestTar().file("x", "x"),
            new TestTar().file("y", "y"));
    assertThat(in(chain, "stat -c '%a %u' .")).isEqualTo("1777 3\n");
    var active = store.layers.prepare("c", chain);
    assertThat(sh("stat -c '%a %u' " + active.upper())).isEqualTo("1777 3\n");
  }

  @Test
  void aWhiteoutHidesOwnersToo() throws Exception {
    var chain =
        chain(
            new TestTar().directory("d", 0700, 7).file("d/a", "a").directory("e", 0700, 7),
            new TestTar().file(".wh.d", "").file("d/b", "b").file("e/.wh..wh..opq", ""));
    assertThat(in(chain, "stat -c '%a %u' d e; ls d")).isEqualTo("755 0\n700 7\nb\n");
  }

  @Test
  void aWhiteoutOfNothingIsNotSeen() throws Exception {
    var chain =
        chain(
            new TestTar().file(".wh.none", "").file("a", "a"),
            new TestTar().file("d/.wh.none", "").file("d/b", "b").file(".wh.a", ""));
    assertThat(in(chain, "ls -lR | grep -c none || true; ls . d"))
        .isEqualTo("0\n.:\nd\n\nd:\nb\n");
  }

  @Test
  void anOpaqueRootHidesEverything() throws Exception {
    var chain =
        chain(
            new TestTar().directory(".", 0700, 1).file("a", "a"),
            new TestTar().file(".wh..wh..opq", "").file("b", "b"));
    assertThat(in(chain, "ls; stat -c '%a %u' .")).isEqualTo("b\n755 0\n");
    try (var tree = store.layers.tree(chain)) {
      assertThat(tree.list("/").stream().map(Node::name)).containsExactly("b");
    }
  }

  @Test
  void aHardLinkIntoALayerBelowIsOneFileWithIt() throws Exception {
    var big = "0123456789".repeat(3000);
    var chain =
        chain(
            new TestTar().directory("bin", 0700, 4).file("bin/a", big).symlink("s", "nowhere"),
            new TestTar().link("b", "bin/a").link("c", "b").link("t", "s").link("d", "./bin/a"));
    assertThat(in(chain, "stat -c '%h %s' bin/a b c d; stat -c %i bin/a b c d | sort -u | wc -l"))
        .isEqualTo("4 30000\n4 30000\n4 30000\n4 30000\n1\n");
    assertThat(in(chain, "cmp b bin/a; cat b | md5sum; readlink t; stat -c '%a %u' bin"))
        .contains(sh("printf %s " + big + " | md5sum"))
        .endsWith("nowhere\n700 4\n");
    try (var tree = store.layers.tree(chain)) {
      assertThat(tree.read("b", 100_000)).contains(big.getBytes());
    }
  }

  @Test
  void aHardLinkToNothingIsRefused() {
    var chain = chain(new TestTar().file("a", "a"), new TestTar().link("b", "missing"));
    assertThatThrownBy(() -> store.layers.complete(chain))
        .isInstanceOf(Corrupt.class)
        .hasMessage("layer entry b: a hard link to missing, which is no file here or below");
    assertThatThrownBy(() -> store.layers.view(chain.subList(1, 2))).isInstanceOf(Corrupt.class);
    var hidden =
        chain(
            new TestTar().file("d/a", "a"),
            new TestTar().file("d/.wh..wh..opq", "").link("b", "d/a"));
    assertThatThrownBy(() -> store.layers.complete(hidden)).isInstanceOf(Corrupt.class);
  }

  @Test
  void aChainsIndexGoesWithAnyOfItsLayers() throws Exception {
    var chain =
        chain(new TestTar().directory("d", 0700, 7), new TestTar().file("d/x", "x"));
    store.layers.complete(chain);
    assertThat(ownIndexes()).hasSize(1);
    store.layers.hold("image:top", chain.subList(1, 2));
    store.lease.close();
    store.layers.sweep();
    assertThat(ownIndexes()).isEmpty();
    assertThat(store.records.list("layer-chain")).isEmpty();
    assertThat(store.layers.list()).hasSize(1);
  }

  @Test
  void aLayerMayBeInAnImageTwice() throws Exception {
    var a = new TestTar().directory("d", 0700, 1).file("d/x", "a").file(".wh.y", "");
    var b = new TestTar().file("y", "y").file("d/.wh.x", "").file("d/z", "z");
    var chain = chain(new TestTar().file("y", "base"), a, b);
    chain.add(chain.get(1));
    assertThat(in(chain, "cat d/*; ls . d; stat -c '%a %u' d"))
        .isEqualTo("az.:\nd\n\nd:\nx\nz\n700 1\n");
    var empty = new TestTar().bytes();
    var none = store.add(empty).layer().diffId();
    assertThat(in(List.of(none, chain.getFirst(), none, none), "cat y")).isEqualTo("base");
  }

  @Test
  void aHundredLayersAreOneView() throws Exception {
    var tars = new TestTar[127];
    for (int i = 0; i < tars.length; i++) {
      tars[i] = new TestTar().file("f" + i, "" + i).file("all", "" + i);
    }
    var chain = chain(tars);
    assertThat(in(chain, "cat all; ls | wc -l")).isEqualTo("126128\n");
    var merged = store.layers.mount(store.layers.prepare("c", chain));
    assertThat(sh("cat %s/all".formatted(merged))).isEqualTo("126");
    assertThat(in(List.of(), "ls")).isEmpty();
    var none = store.layers.mount(store.layers.prepare("none", List.of()));
    assertThat(sh("cd %s; touch x; ls".formatted(none))).isEqualTo("x\n");
  }
}
