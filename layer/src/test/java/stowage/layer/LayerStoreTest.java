package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static stowage.layer.Fixture.sh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;

/** Layers imported, mounted, written over, looked into and removed, on the real kernel. */
class LayerStoreTest {
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

  /** Packs what a shell script makes in an empty directory. */
  private Path tar(String name, String script, String options) throws Exception {
    var tar = dir.resolve(name + ".tar");
    sh(
        "mkdir -p %1$s/%2$s.d; cd %1$s/%2$s.d; %3$s; tar %4$s -cf %1$s/%2$s.tar ."
            .formatted(dir, name, script.strip(), options));
    return tar;
  }

  @Test
  void aLayerLooksLikeItsTarUnpacked() throws Exception {
    var tar =
        tar(
            "one",
            """
            mkdir -p etc usr/bin "odd name" deep/$(printf 'x%.0s' {1..200})/y
            echo hello > etc/motd; chmod 4755 etc/motd; chown 1000:1001 etc/motd
            ln etc/motd etc/motd2; ln -s ../etc usr/link; mkfifo pipe; mknod null c 1 3
            head -c 3000000 /dev/urandom > usr/bin/big; touch empty
            printf x > $'caf\\xe9'; python3 -c "import os
            os.setxattr('etc', 'user.k', b'v'); os.setxattr('usr/bin/big', 'trusted.t', bytes(300))"
            for i in $(seq 500); do echo $i > deep/file$i; done
            ln -s $(printf 'a/%.0s' {1..400})b long; touch -d '1969-01-01' old
            """,
            "--xattrs --xattrs-include='*' --format=pax");
    var imported = store.add(tar);
    assertThat(imported.layer().diffId()).isEqualTo(Digest.of(Files.readAllBytes(tar)));
    assertThat(imported.blobDigest()).isEqualTo(imported.layer().diffId());
    assertThat(imported.fresh()).isTrue();
    var unpacked = Files.createDirectory(dir.resolve("unpacked"));
    sh("tar --xattrs --xattrs-include='*' -xpf %s -C %s".formatted(tar, unpacked));
    try (var view = store.layers.view(List.of(imported.layer().diffId()))) {
      assertThat(
              Snapshot.difference(
                  Snapshot.of(view.merged().toString()), Snapshot.of(unpacked.toString())))
          .isEmpty();
    }
    assertThat(store.mountCount()).isZero();
    assertThat(store.add(tar).fresh()).isFalse();
    sh("gzip -k " + tar);
    var zipped = store.add(dir.resolve("one.tar.gz"));
    assertThat(zipped.layer()).isEqualTo(imported.layer());
    sh("zstd -q " + tar);
    assertThat(store.add(dir.resolve("one.tar.zst")).layer()).isEqualTo(imported.layer());
    assertThat(zipped.blobDigest())
        .isEqualTo(Digest.of(Files.readAllBytes(dir.resolve("one.tar.gz"))));
  }

  @Test
  void aContainerWritesOverItsLayers() throws Exception {
    var base = tar("base", "mkdir etc; echo a > etc/a; echo b > etc/b; mkdir d; echo x > d/x", "");
    var top =
        tar("top", "mkdir etc d; echo c > etc/c; touch etc/.wh.a d/.wh..wh..opq; echo y > d/y", "");
    var chain =
        List.of(store.add(base).layer().diffId(), store.add(top).layer().diffId());
    var active = store.layers.prepare("c1", chain);
    var merged = store.layers.mount(active);
    assertThat(sh("cd %s; cat etc/* d/*; ls etc d".formatted(merged)))
        .isEqualTo("b\nc\ny\nd:\ny\n\netc:\nb\nc\n");
    sh("cd %s; echo changed > etc/b; rm etc/c; mkdir new".formatted(merged));
    store.layers.unmount(active);
    store.layers.unmount(active);
    assertThat(store.mountCount()).isZero();
    assertThat(store.layers.mount(store.layers.prepare("c1", chain))).isEqualTo(merged);
    assertThat(sh("cd %s; cat etc/*; ls".formatted(merged))).isEqualTo("changed\nd\netc\nnew\n");
    store.layers.remove(active);
    store.layers.remove(active);
    assertThat(store.mountCount()).isZero();
    assertThat(store.root.resolve("containers/c1")).doesNotExist();
  }

  @Test
  void aLongPathToTheDataRootIsFine() throws Exception {
    var deep = dir.resolve("x".repeat(120)).resolve("y".repeat(120));
    try (var far = new Fixture(deep, showing())) {
      var chain = List.of(far.add(tar("one", "echo 1 > one", "")).layer().diffId());
      var merged = far.layers.mount(far.layers.prepare("c", chain));
      assertThat(sh("cat %s/one".formatted(merged))).isEqualTo("1\n");
    }
  }

  @Test
  void theKernelHereIsFoundOut() throws Exception {
    try (var found = new Fixture(dir.resolve("found"), LayerStore.Showing.BEST)) {
      assertThat(found.layers.how()).startsWith("EROFS");
      assertThat(sh("ls " + found.root)).doesNotContain("probe");
      assertThat(found.mountCount()).isZero();
    }
  }

  @Test
  void aTreeIsReadWithoutMounting() throws Exception {
    var base =
        tar("base", "mkdir -p usr/etc etc; echo root:x:0 > usr/etc/passwd; echo gone > etc/x", "");
    var top = tar("top", "mkdir etc; ln -s ../usr/etc/passwd etc/passwd; touch etc/.wh.x", "");
    var chain =
        List.of(store.add(base).layer().diffId(), store.add(top).layer().diffId());
    try (var tree = store.layers.tree(chain)) {
      assertThat(tree.read("/etc/passwd", 1000)).contains("root:x:0\n".getBytes());
      assertThat(tree.lookup("etc/passwd").orElseThrow().kind()).isEqualTo(Node.Kind.SYMLINK);
      assertThat(tree.resolve("etc/passwd").orElseThrow().path()).isEqualTo("/usr/etc/passwd");
      assertThat(tree.lookup("etc/x")).isEmpty();
      assertThat(tree.list("/").stream().map(Node::name)).containsExactly("etc", "usr");
      assertThat(tree.lookup("/").orElseThrow().name()).isEmpty();
      assertThat(tree.resolve("../../etc/../usr").orElseThrow().path()).isEqualTo("/usr");
    }
  }

  @Test
  void aLayerGoesWhenNobodyHoldsIt() throws Exception {
    var layer = store.add(tar("one", "echo 1 > one", "")).layer().diffId();
    store.layers.hold("image:1", List.of(layer));
    store.layers.hold("image:2", List.of(layer));
    store.lease.close();
    store.layers.sweep();
    assertThat(store.layers.release("image:1")).isEmpty();
    var view = store.layers.view(List.of(layer));
    assertThat(store.layers.release("image:2")).isEmpty();
    assertThat(store.layers.find(layer)).isPresent();
    assertThat(sh("cat " + view.merged() + "/one")).isEqualTo("1\n");
    view.close();
    assertThat(store.layers.find(layer)).isEmpty();
    assertThat(sh("ls " + store.root.resolve("layers/sha256"))).isEmpty();
    assertThat(store.mountCount()).isZero();
  }
}
