package stowage.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import stowage.base.Digest;
import stowage.base.Json;
import stowage.oci.Tars;

/** Archives as {@code docker save} writes them, of layers made here. */
final class Archives {
  private Archives() {}

  /** An image: its config is its identity. */
  record Made(String name, byte[] config, List<byte[]> layers) {
    Digest id() {
      return Digest.of(config);
    }

    List<Digest> diffIds() {
      return layers.stream().map(Digest::of).toList();
    }

    /** As {@code docker save}. */
    byte[] archive() {
      var tar = new Tars();
      var names = new ArrayList<String>();
      for (var layer : layers) {
        var name = Digest.of(layer).hex() + "/layer.tar";
        if (!names.contains(name)) {
          add(tar, name, layer);
        }
        names.add(name);
      }
      add(tar, id().hex() + ".json", config);
      var manifest =
          Map.of("Config", id().hex() + ".json", "RepoTags", List.of(name), "Layers", names);
      add(tar, "manifest.json", Json.bytes(List.of(manifest)));
      return tar.end();
    }
  }

  static void add(Tars tar, String name, byte[] data) {
    tar.add(Tars.header(name).size(data.length), data);
  }

  /** An image of these layers. */
  static Made image(String name, List<byte[]> layers) {
    var diffIds = layers.stream().map(l -> Digest.of(l).toString()).toList();
    var config =
        Map.of(
            "architecture", "amd64",
            "os", "linux",
            "config", Map.of("Cmd", List.of("sh"), "Labels", Map.of("name", name)),
            "rootfs", Map.of("type", "layers", "diff_ids", diffIds));
    return new Made(name, Json.bytes(config), List.copyOf(layers));
  }

  /** A layer of some files of noise, under a directory of its own. */
  static byte[] layer(Random random, int filesMax, int bytesMax) {
    var tar = new Tars();
    var folder = "noise" + Long.toHexString(random.nextLong()) + "/";
    tar.directory(folder);
    for (int n = random.nextInt(filesMax); n >= 0; n--) {
      var data = new byte[random.nextInt(bytesMax)];
      random.nextBytes(data);
      add(tar, folder + "f" + n, data);
    }
    return tar.end();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
