package stowage.container;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.layer.LayerStore;
import stowage.layer.Node;
import stowage.layer.Tree;
import stowage.oci.TarEntry;
import stowage.oci.TarWriter;

/**
 * A small layer between every image and what its containers write: what the agent and the runtime
 * mount on. Without it those would have to be made in the writable layer, where {@code diff} shows
 * and {@code commit} keeps them; and an image that has links in their places ({@code /proc ->
 * /etc}) would lead the runtime elsewhere.
 *
 * <p>Its bytes never change: they are part of the on-disk format, since a container of an earlier
 * agent is mounted with it again.
 */
final class Stubs {
  private static final String HOLDER = "stowage:stubs";

  private final LayerStore layers;
  private final byte[] tar = tar();
  private final Digest diffId = Digest.of(tar);
  private final ConcurrentHashMap<List<Digest>, List<Digest>> chains = new ConcurrentHashMap<>();

  Stubs(LayerStore layers) {
    this.layers = layers;
  }

  /** At start, before the layers that nobody holds are swept away. */
  void hold() {
    layers.hold(HOLDER, List.of(diffId));
  }

  /** The chain with this layer on top; as it is where an image's own links leave no room for it. */
  List<Digest> over(List<Digest> chain) {
    return chains.computeIfAbsent(List.copyOf(chain), this::fit);
  }

  private List<Digest> fit(List<Digest> chain) {
    if (!fits(chain)) {
      return chain;
    }
    install();
    var all = new ArrayList<>(chain);
    all.add(diffId);
    return List.copyOf(all);
  }

  /** Whether the image's /etc, where files of the image's own are too, is where it seems to be. */
  private boolean fits(List<Digest> chain) {
    if (chain.isEmpty() || chain.contains(diffId)) {
      return false;
    }
    try (Tree tree = layers.tree(chain)) {
      var etc = tree.lookup("/etc");
      return etc.isEmpty() || etc.get().kind() == Node.Kind.DIRECTORY;
    }
  }

  private synchronized void install() {
    hold();
    if (layers.find(diffId).isPresent()) {
      return;
    }
    try (var lease = layers.lease()) {
      layers.add(new ByteArrayInputStream(tar), Optional.of(diffId), lease, Progress.NONE, "");
    }
  }

  private static byte[] tar() {
    var bytes = new ByteArrayOutputStream();
    try (var writer = new TarWriter(bytes)) {
      for (String file : List.of(".dockerenv", "etc/hostname", "etc/hosts", "etc/resolv.conf")) {
        writer.add(TarEntry.file(file, 0755, 0, 0));
      }
      for (String directory : List.of("dev", "proc", "sys")) {
        writer.add(TarEntry.directory(directory, 0755, 0));
      }
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
    return bytes.toByteArray();
  }
}
