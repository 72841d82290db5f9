package stowage.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.base.StowageException.Corrupt;
import stowage.base.StowageException.LimitExceeded;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Io;
import stowage.linux.Open;
import stowage.linux.Stat;
import stowage.oci.HostileTars;
import stowage.oci.HostileTars.Case;
import stowage.oci.HostileTars.Expected;
import stowage.oci.HostileTars.Look;

/** Every hostile layer is refused by name, or contained: by the reader and on the real kernel. */
class HostileLayersTest {
  @TempDir Path dir;
  private final List<String> wrong = new ArrayList<>();

  @Test
  void everyCaseIsRefusedOrContained() throws Exception {
    everyCase(LayerStore.Showing.EROFS);
  }

  @Test
  void everyCaseIsRefusedOrContainedWhereLayersAreUnpacked() throws Exception {
    everyCase(LayerStore.Showing.UNPACKED);
  }

  private void everyCase(LayerStore.Showing showing) throws Exception {
    var outside = Files.createDirectory(dir.resolve("outside"));
    Files.writeString(outside.resolve("canary"), "alive");
    var before = Snapshot.of(outside.toString());
    try (var store = new Fixture(dir.resolve("store"), showing)) {
      store.layers.sweep();
      for (var each : HostileTars.all()) {
        boolean isWanted = each.name().startsWith(System.getProperty("case", ""));
        // Unpacking a hundred thousand directories is what the other way spares us.
        boolean isSlow = showing == LayerStore.Showing.UNPACKED && each.name().startsWith("many-");
        if (!isWanted || isSlow) {
          continue;
        }
        long start = System.nanoTime();
        try {
          run(store, each);
        } catch (IOException | StowageException e) {
          wrong.add("%s: %s".formatted(each, e));
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (millis > 1000) {
          System.out.println(each + " " + millis + " ms");
        }
        if (!store.layers.list().isEmpty() || store.mountCount() != 0) {
          wrong.add(each + ": something was left");
        }
      }
      try (var left = Files.list(store.root.resolve(Names.FOLDER))) {
        assertThat(left).isEmpty();
      }
    }
    assertThat(Snapshot.of(outside.toString())).isEqualTo(before);
    assertThat(String.join("\n", wrong)).isEmpty();
  }

  private void run(Fixture store, Case each) throws Exception {
    try (var lease = store.layers.lease()) {
      var chain = new ArrayList<Digest>();
      for (var tar : each.layers().get()) {
        var in = new ByteArrayInputStream(tar);
        var layer =
            store.layers.add(
                in, Optional.empty(), lease, Progress.NONE, "");
        chain.add(layer.layer().diffId());
      }
      store.layers.complete(chain);
      switch (each.expected()) {
        case Expected.RefusedByReader(var word) -> wrong.add(each + ": taken, not " + word);
        case Expected.RefusedByLayer(var word) -> wrong.add(each + ": taken, not " + word);
        case Expected.Taken(var looks) -> look(store, each, chain, looks);
        case Expected.Either(var looks) -> look(store, each, chain, looks);
      }
    } catch (Corrupt | LimitExceeded refused) {
      switch (each.expected()) {
        case Expected.RefusedByReader(var word) -> has(each, refused, word);
        case Expected.RefusedByLayer(var word) -> has(each, refused, word);
        case Expected.Taken _ -> wrong.add(each + ": refused: " + refused.getMessage());
        case Expected.Either _ -> {
          // As good.
        }
      }
    }
  }

  private void has(Case each, StowageException refused, String word) {
    if (!refused.getMessage().contains(word)) {
      wrong.add("%s: want '%s' in '%s'".formatted(each, word, refused.getMessage()));
    }
  }

  private void look(Fixture store, Case each, List<Digest> chain, List<Look> looks)
      throws Exception {
    try (var tree = store.layers.tree(chain);
        var view = store.layers.view(chain)) {
      var seen = ByteStrings.ofPath(view.merged()) + "/";
      for (var look : looks) {
        var problem = problem(tree, seen, look);
        if (!problem.isEmpty()) {
          wrong.add("%s: %s: %s".formatted(each, look, problem));
        }
      }
    }
  }

  private static String problem(Tree tree, String seen, Look look) throws ErrnoException {
    return switch (look) {
      case Look.Absent(var path) ->
          tree.lookup(path).isPresent() || isThere(seen + path) ? "is there" : "";
      case Look.Dir(var path) -> kind(tree, seen, path, Node.Kind.DIRECTORY);
      case Look.Content(var path, var content) -> {
        var bytes = content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        var problem = kind(tree, seen, path, Node.Kind.FILE);
        if (problem.isEmpty()) {
          var read = tree.read(path, 1 << 24).orElseThrow();
          boolean isSame = Arrays.equals(read, bytes);
          boolean isSameMounted = Arrays.equals(mounted(seen + path), bytes);
          problem = isSame && isSameMounted ? "" : "other content " + isSame + isSameMounted;
        }
        yield problem;
      }
      case Look.Size(var path, var size) ->
          tree.lookup(path).filter(node -> node.size() == size).isPresent() ? "" : "other size";
      case Look.Link(var path, var target) ->
          tree.lookup(path).filter(node -> node.target().equals(target)).isPresent()
              ? kind(tree, seen, path, Node.Kind.SYMLINK)
              : "other target";
      case Look.Device(var path, var type, var major, var minor) -> {
        var kind = type == 'c' ? Node.Kind.CHARACTER_DEVICE : Node.Kind.BLOCK_DEVICE;
        boolean isSame =
            tree.lookup(path)
                .filter(n -> n.deviceMajor() == major && n.deviceMinor() == minor)
                .isPresent();
        yield isSame ? kind(tree, seen, path, kind) : "other device";
      }
      case Look.Fifo(var path) -> kind(tree, seen, path, Node.Kind.FIFO);
      case Look.Mode(var path, var mode) ->
          tree.lookup(path).filter(node -> node.mode() == mode).isPresent() ? "" : "other mode";
      case Look.Xattr(var path, var name, var value) ->
          tree.lookup(path).filter(n -> value.equals(n.xattrs().get(name))).isPresent()
              ? ""
              : "other xattrs";
    };
  }

  private static String kind(
      Tree tree, String seen, String path, Node.Kind kind) throws ErrnoException {
    var node = tree.lookup(path);
    if (node.isEmpty() || node.get().kind() != kind) {
      return "is " + node.map(Node::kind);
    }
    return isThere(seen + path) ? "" : "not in the mount";
  }

  private static boolean isThere(String path) throws ErrnoException {
    try {
      return Stat.path(path, false).mode() != 0;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return false;
      }
      throw e;
    }
  }

  private static byte[] mounted(String path) throws ErrnoException {
    try (var fd = Open.open(path, Open.O_RDONLY)) {
      var bytes = ByteBuffer.allocate((int) Stat.of(fd).size());
      Io.preadFully(fd, bytes, 0);
      return bytes.array();
    }
  }
}
