package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static stowage.layer.Fixture.sh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;

/** What a container wrote: told, counted, made a layer. */
class ActiveTest {
  @TempDir Path dir;
  private Fixture store;
  private List<Digest> chain;

  /** Every test here is true of either. */
  LayerStore.Showing showing() {
    return LayerStore.Showing.EROFS;
  }

  @BeforeEach
  void open() throws Exception {
    store = new Fixture(dir, showing());
    var tar = dir.resolve("base.tar");
    sh(
        """
        mkdir %1$s/b; cd %1$s/b; mkdir -p etc gone keep sub/deep full
        echo a > etc/a; echo b > etc/b; echo x > gone/x; echo k > keep/k; echo d > sub/deep/d
        echo 1 > full/1; echo 2 > full/2; echo p > plain; mkdir dirtofile; echo f > dirtofile/f
        chmod 1777 .; chown 5:6 .
        tar --mtime=2020-01-01 -cf %2$s .
        """
            .formatted(dir, tar));
    chain = List.of(store.add(tar).layer().diffId());
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private List<String> changes(Active active) {
    var lines = new ArrayList<String>();
    for (var change : store.layers.changes(active)) {
      lines.add("CAD".charAt(change.kind().ordinal()) + " " + change.path());
    }
    return lines;
  }

  @Test
  void theRootIsOwnedAsTheLayersSay() throws Exception {
    var merged = store.layers.mount(store.layers.prepare("c", chain));
    assertThat(sh("stat -c '%a %u %g' " + merged)).isEqualTo("1777 5 6\n");
    assertThat(sh("stat -c '%a' " + store.root.resolve("containers"))).isEqualTo("700\n");
  }

  @Test
  void changesAreToldAsDockerTellsThem() throws Exception {
    var active = store.layers.prepare("c", chain);
    var merged = store.layers.mount(active);
    assertThat(changes(active)).isEmpty();
    sh(
        """
        cd %s; echo more >> etc/a; rm etc/b; rm -r gone; mkdir new; echo n > new/n
        rm -r full; mkdir full; echo 2 > full/2; chmod 700 keep; rm -r dirtofile; echo > dirtofile
        touch sub/deep/e
        """
            .formatted(merged));
    assertThat(changes(active))
        .containsExactly(
            "C /dirtofile",
            "D /dirtofile/f",
            "C /etc",
            "C /etc/a",
            "D /etc/b",
            "C /full",
            "D /full/1",
            "C /full/2",
            "D /gone",
            "C /keep",
            "A /new",
            "A /new/n",
            "C /sub",
            "C /sub/deep",
            "A /sub/deep/e");
    assertThat(store.layers.usage(active).bytes()).isEqualTo(2 + 5 + 2 + 2 + 1);
  }

  @Test
  void aCommitLooksLikeTheContainer() throws Exception {
    var active = store.layers.prepare("c", chain);
    var merged = store.layers.mount(active);
    sh(
        """
        cd %s; echo more >> etc/a; rm etc/b; rm -r gone; mkdir new; echo n > new/n; ln new/n new/m
        rm -r full; mkdir full; echo 2 > full/2; chmod 700 keep; rm -r dirtofile; echo > dirtofile
        ln -s ../x new/link; mkfifo new/pipe; mknod new/null c 1 3; chown 123456789 new/n
        truncate -s 10000000 new/sparse
        python3 -c "import os; os.setxattr('new/n', 'user.k', b'v')"
        """
            .formatted(merged));
    var layer = store.layers.commit(active, store.lease).layer();
    assertThat(store.layers.commit(active, store.lease).fresh()).isFalse();
    try (var view = store.layers.view(List.of(chain.getFirst(), layer.diffId()))) {
      assertThat(sh("cd %s; stat -c %%d etc etc/a new/n | sort -u | wc -l".formatted(merged)))
          .isEqualTo("1\n");
      var was = Snapshot.of(view.merged().toString());
      var wanted = Snapshot.of(merged.toString());
      was.remove(""); // its mtime only, which no layer keeps
      wanted.remove("");
      assertThat(Snapshot.difference(was, wanted)).isEmpty();
    }
    try (var tar = store.layers.tar(layer.diffId())) {
      assertThat(Digest.of(tar.readAllBytes())).isEqualTo(layer.diffId());
    }
    sh("mkdir %1$s/t; tar -xf %2$s -C %1$s/t; test -e %1$s/t/.wh.gone"
        .formatted(dir, store.root.resolve(Names.tar(layer.diffId()))));
    assertThat(Files.exists(dir.resolve("t/full/.wh..wh..opq"))).isTrue();
  }
}
