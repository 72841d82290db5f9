package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stowage.base.Digest;
import stowage.base.Json;
import stowage.oci.Tars;

/** Archives for {@code docker load} whose outside lies: each is refused and leaves nothing. */
class HostileArchivesTest {
  private static final int BOMB_PARTS = Integer.getInteger("bomb.parts", 8); // of 64 MiB
  private final byte[] layer = Archives.layer(new Random(4), 3, 9000);
  private TestAgent agent;

  @BeforeEach
  void start() throws IOException {
    agent = TestAgent.start();
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(agent.docker("images", "-aq").ok().out()).isEmpty();
    try (var left = Files.list(agent.root.resolve("layers/sha256"))) {
      assertThat(left).isEmpty();
    }
    agent.close();
  }

  /** A docker archive of these entries, with a manifest that names them. */
  private byte[] archive(Tars entries, String config, String layerName) {
    var manifest = Map.of("Config", config, "RepoTags", List.of("x:1"), "Layers",
        List.of(layerName));
    Archives.add(entries, "manifest.json", Json.bytes(List.of(manifest)));
    return entries.end();
  }

  private byte[] config(byte[] ofLayer) {
    return Archives.image("x:1", List.of(ofLayer)).config();
  }

  private Tars with(String name, byte[] data) {
    var tar = new Tars();
    Archives.add(tar, "config.json", config(layer));
    Archives.add(tar, name, data);
    return tar;
  }

  private Tars onlyConfig() {
    var tar = new Tars();
    Archives.add(tar, "config.json", config(layer));
    return tar;
  }

  @Test
  void archivesThatLieAreRefused() {
    var cases = new LinkedHashMap<String, byte[]>();
    cases.put(
        "a symlink to the host", archive(
            onlyConfig().symlink("layer.tar", "/etc/passwd"), "config.json", "layer.tar"));
    cases.put(
        "a symlink upwards", archive(
            onlyConfig().symlink("layer.tar", "../../../../etc/passwd"), "config.json",
            "layer.tar"));
    cases.put(
        "a symlink to itself", archive(
            onlyConfig().symlink("layer.tar", "layer.tar"), "config.json", "layer.tar"));
    cases.put("names upwards", archive(onlyConfig(), "../../etc/passwd", "../../etc/shadow"));
    cases.put("names of the host", archive(onlyConfig(), "/etc/passwd", "/etc/shadow"));
    cases.put(
        "a fifo", archive(
            onlyConfig().add(Tars.header("layer.tar").type('6')), "config.json", "layer.tar"));
    cases.put(
        "a directory", archive(onlyConfig().directory("layer.tar"), "config.json", "layer.tar"));
    cases.put("no config", archive(with("layer.tar", layer), "nothing.json", "layer.tar"));
    cases.put("no layer", archive(onlyConfig(), "config.json", "layer.tar"));
    cases.put(
        "another layer", archive(
            with("layer.tar", Archives.layer(new Random(5), 3, 99)), "config.json", "layer.tar"));
    cases.put("a config of garbage", archive(with("x", layer), "x", "x"));
    cases.put("garbage", noise(100_000));
    cases.put("nothing", new byte[0]);
    cases.put("an end", new byte[1024]);
    cases.put("a manifest of garbage", manifest("[{\"Config\":"));
    cases.put("a manifest of another kind", manifest("{\"Config\":[]}"));
    cases.put("a manifest deep as the sea", manifest("[".repeat(100_000)));
    var whole = archive(with("layer.tar", layer), "config.json", "layer.tar");
    cases.put("a cut one", Arrays.copyOf(whole, whole.length / 2));
    cases.put("a layout whose index lies", layout(true));
    cases.put("a layout with a name upwards", layout(false));
    cases.forEach(this::refused);
  }

  private static byte[] noise(int size) {
    var noise = new byte[size];
    new Random(6).nextBytes(noise);
    return noise;
  }

  private static byte[] manifest(String text) {
    var tar = new Tars();
    Archives.add(tar, "manifest.json", Archives.utf8(text));
    return tar.end();
  }

  private void refused(String name, byte[] archive) {
    var answer = agent.docker(archive, "load");
    // An end of a tar and nothing else is an archive of no image, for Docker too.
    assertThat(answer.exit() != 0 || !answer.out().contains("Loaded")).as(name + answer).isTrue();
    assertThat(answer.out() + answer.err()).as(name).doesNotContain("root:", "Exception");
  }

  /** An OCI layout: a blob that is not what its name says, or an algorithm that is a path. */
  private byte[] layout(boolean lies) {
    var tar = new Tars();
    var digest = lies ? "sha256:" + "a".repeat(64) : "sha256:../../../etc/passwd";
    Archives.add(tar, "oci-layout", Archives.utf8("{\"imageLayoutVersion\":\"1.0.0\"}"));
    Archives.add(tar, "blobs/sha256/" + "a".repeat(64), Json.bytes(Map.of("schemaVersion", 2)));
    var manifest =
        Map.of(
            "mediaType", "application/vnd.oci.image.manifest.v1+json", "digest", digest, "size", 19);
    Archives.add(
        tar,
        "index.json",
        Json.bytes(Map.of("schemaVersion", 2, "manifests", List.of(manifest))));
    return tar.end();
  }

  @Test
  void bombsTakeNeitherMemoryNorDisk() throws IOException {
    var gzip = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(gzip)) {
      out.write(new byte[64 << 20]);
    }
    var bomb = new ByteArrayOutputStream();
    for (int n = 0; n < BOMB_PARTS; n++) {
      gzip.writeTo(bomb); // members one after another are one stream
    }
    refused("zeroes", bomb.toByteArray());
    // A layer of zeroes is the end of a tar, and then what counts for its digest and nothing else.
    var zeroes = Digest.of(layer);
    refused(
        "a layer of zeroes, said to be " + zeroes,
        archive(with("layer.tar", bomb.toByteArray()), "config.json", "layer.tar"));
    assertThat(agent.alive()).isTrue();
    agent.docker(Archives.image("y:1", List.of(layer)).archive(), "load").ok();
    agent.docker("rmi", "y:1").ok();
  }
}
