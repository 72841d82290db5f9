package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static stowage.layer.Fixture.sh;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.linux.MountTable;

/** Several lives of the agent after each other, and many callers at once. */
class LivesTest {
  @TempDir Path dir;

  @Test
  void aContainersRootOutlivesTheAgent() throws Exception {
    try (var first = new Fixture(dir)) {
      var chain =
          List.of(
              first.add(new TestTar().file("a", "a").bytes()).layer().diffId(),
              first.add(new TestTar().file("b", "b").bytes()).layer().diffId());
      var active = first.layers.prepare("c", chain);
      var merged = first.layers.mount(active);
      sh("echo x > " + merged + "/x");
      first.records.close(); // killed: nothing is released
      try (var second = new Fixture(dir)) {
        second.layers.hold("container:c", chain);
        second.layers.sweep();
        assertThat(sh("cd " + merged + "; cat a b x")).isEqualTo("abx\n");
        assertThat(second.layers.mount(second.layers.prepare("c", chain))).isEqualTo(merged);
        assertThat(second.layers.list()).hasSize(2);
        try (var view = second.layers.view(chain)) {
          assertThat(sh("cat " + view.merged() + "/b")).isEqualTo("b");
        }
        second.layers.unmount(active);
        assertThat(second.mountCount()).isZero();
        second.layers.remove(active);
        assertThat(second.layers.release("container:c")).hasSize(2);
        second.layers.close();
        var left = MountTable.own().stream().filter(m -> m.mountPoint().startsWith("" + dir));
        assertThat(left).isEmpty();
      }
    }
  }

  @Test
  void whatNobodyHoldsIsGoneAfterTheNextStart() throws Exception {
    try (var first = new Fixture(dir)) {
      first.add(new TestTar().file("a", "a").bytes());
      first.records.close();
      try (var second = new Fixture(dir)) {
        second.layers.sweep();
        assertThat(second.layers.list()).isEmpty();
        assertThat(sh("ls " + dir.resolve("root/layers/sha256"))).isEmpty();
        assertThat(sh("ls " + dir.resolve("root/tmp"))).isEmpty();
      }
    }
  }

  @Test
  void aRootMayBeUsedTheOtherWay() throws Exception {
    for (var showing : List.of(LayerStore.Showing.UNPACKED, LayerStore.Showing.EROFS)) {
      try (var store = new Fixture(dir, showing)) {
        var chain = List.of(store.add(new TestTar().file("a", "a").bytes()).layer().diffId());
        store.layers.sweep();
        try (var view = store.layers.view(chain)) {
          assertThat(sh("cat " + view.merged() + "/a")).isEqualTo("a");
        }
      }
    }
    assertThat(dir.resolve("root/layers/unpacked")).doesNotExist();
  }

  @Test
  void manyWhoBringOneLayerImportItOnce() throws Exception {
    var tar = new TestTar().file("a", "a".repeat(100_000)).bytes();
    var diffId = Digest.of(tar);
    try (var store = new Fixture(dir);
        var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Imported>>();
      for (int i = 0; i < 64; i++) {
        var expected = i % 2 == 0 ? Optional.of(diffId) : Optional.<Digest>empty();
        calls.add(
            () ->
                store.layers.add(
                    new ByteArrayInputStream(tar), expected, store.lease, Progress.NONE, ""));
      }
      int fresh = 0;
      for (var done : pool.invokeAll(calls)) {
        assertThat(done.get().layer().diffId()).isEqualTo(diffId);
        fresh += done.get().fresh() ? 1 : 0;
      }
      assertThat(fresh).isEqualTo(1);
    }
  }

  /** Whoever holds a layer has it, whatever others do at the same time. */
  @Test
  void nothingHeldIsRemovedAndNothingElseStays() throws Exception {
    long seed = ErofsKernelTest.seed();
    try (var store = new Fixture(dir);
        var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      store.layers.sweep();
      var tars = new ArrayList<byte[]>();
      for (int i = 0; i < 4; i++) {
        tars.add(new TestTar().file("f" + i, "" + i).file("d/same", "" + i).bytes());
      }
      var calls = new ArrayList<Callable<Void>>();
      for (int i = 0; i < 12; i++) {
        var random = new Random(seed + i);
        var name = "image:" + i;
        calls.add(() -> live(store, tars, name, random));
      }
      for (var done : pool.invokeAll(calls)) {
        done.get();
      }
      assertThat(store.layers.list()).isEmpty();
      assertThat(sh("ls " + store.root.resolve(Names.FOLDER))).isEmpty();
      assertThat(store.mountCount()).isZero();
    }
  }

  private static Void live(Fixture store, List<byte[]> tars, String name, Random random)
      throws Exception {
    for (int round = 0; round < 10; round++) {
      var chain = new ArrayList<Digest>();
      try (var lease = store.layers.lease()) {
        for (int i = random.nextInt(3); i >= 0; i--) {
          var tar = tars.get(random.nextInt(tars.size()));
          var in = new ByteArrayInputStream(tar);
          var expected = Optional.of(Digest.of(tar)).filter(_ -> random.nextBoolean());
          chain.add(
              store.layers.add(in, expected, lease, Progress.NONE, "").layer().diffId());
        }
        store.layers.hold(name, chain);
      }
      try (var view = store.layers.view(chain);
          var tree = store.layers.tree(chain)) {
        var same = tree.read("d/same", 10).orElseThrow();
        assertThat(sh("cat " + view.merged() + "/d/same")).isEqualTo(new String(same));
      }
      store.layers.release(name);
    }
    return null;
  }
}
