package stowage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.oci.TarEntry;

final class LoadTest {
  @TempDir Path folder;
  private Host host;
  private final SampleImage image = SampleImage.of(1, 3, 5000);

  @BeforeEach
  void open() {
    host = new Host(folder);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private void refused(byte[] archive, String... words) {
    assertThatThrownBy(() -> host.load(archive))
        .isInstanceOf(StowageException.class)
        .hasMessageContainingAll(words);
    assertThat(host.isEmpty()).as("%s", host.files()).isTrue();
  }

  private static TarEntry special(String name, TarEntry.Type type) {
    return new TarEntry(
        name, type, 0644, 0, 0, 0, 0, 0, 0, 0, "", Map.of(), 1, 3, List.of());
  }

  @Test
  void anArchiveLoadsWhereverItsManifestIs() {
    for (boolean layersFirst : List.of(true, false)) {
      assertThat(host.load(SampleArchive.docker(image, layersFirst, "a:1", "b/c:2")))
          .containsExactly("Loaded image: a:1", "Loaded image: b/c:2");
      var loaded = host.images.require("a:1");
      assertThat(loaded.id()).isEqualTo(image.id());
      assertThat(loaded.tags()).containsExactly("a:1", "b/c:2");
      assertThat(loaded.sizeBytes()).isEqualTo(3 * 5000);
      assertThat(host.images.remove(image.id().toString(), true, true, UsedBy.NOBODY))
          .isNotEmpty();
      assertThat(host.isEmpty()).as("%s", host.files()).isTrue();
    }
  }

  @Test
  void anArchiveWithoutTagsLoadsAnId() {
    assertThat(host.load(SampleArchive.docker(image, true)))
        .containsExactly("Loaded image ID: " + image.id());
    assertThat(host.images.require(image.id().hex().substring(0, 7)).id()).isEqualTo(image.id());
  }

  @Test
  void aCompressedArchiveLoads() throws IOException {
    byte[] archive = SampleArchive.docker(image, true, "a:1");
    assertThat(host.load(SampleImage.gzip(archive))).containsExactly("Loaded image: a:1");
  }

  @Test
  void anOciLayoutLoads() {
    var named = "\"io.containerd.image.name\":\"docker.io/library/x:3\"";
    assertThat(host.load(SampleArchive.layout(image, named)))
        .containsExactly("Loaded image: x:3");
    var other = "\"org.opencontainers.image.ref.name\":\"y:4\"";
    assertThat(host.load(SampleArchive.layout(image, other))).containsExactly("Loaded image: y:4");
    var tagOnly = "\"org.opencontainers.image.ref.name\":\"latest\"";
    assertThat(host.load(SampleArchive.layout(image, tagOnly)))
        .containsExactly("Loaded image ID: " + image.id());
  }

  @Test
  void anOldArchiveWithRepositoriesLoads() {
    String below = "1".repeat(64);
    String top = "2".repeat(64);
    var archive =
        new SampleArchive()
            .file("repositories", "{\"old/app\":{\"v1\":\"%s\"}}".formatted(top))
            .file(below + "/json", "{\"id\":\"%s\"}".formatted(below))
            .file(below + "/layer.tar", image.tars.get(0))
            .file(
                top + "/json",
                "{\"id\":\"%s\",\"parent\":\"%s\",\"config\":{\"Cmd\":[\"x\"]}}"
                    .formatted(top, below))
            .file(top + "/layer.tar", image.tars.get(1))
            .bytes();
    assertThat(host.load(archive)).containsExactly("Loaded image: old/app:v1");
    var loaded = host.images.require("old/app:v1");
    assertThat(loaded.diffIds()).containsExactly(image.diffId(0), image.diffId(1));
    assertThat(loaded.config().command()).containsExactly("x");
  }

  @Test
  void aLayerMayBeALinkToAnother() {
    var archive =
        new SampleArchive()
            .file("x/layer.tar", image.tars.get(0))
            .symlink("0/layer.tar", "../x/layer.tar")
            .symlink("1/layer.tar", "../y/../1real.tar")
            .file("1real.tar", image.tars.get(1))
            .file("2/layer.tar", image.tars.get(2))
            .file(image.id().hex() + ".json", image.config)
            .file("manifest.json", SampleArchive.manifest(image, "a:1"))
            .bytes();
    assertThat(host.load(archive)).containsExactly("Loaded image: a:1");
  }

  @Test
  void garbageIsRefusedAsDockerSaysIt() {
    refused("garbage\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), "unexpected EOF");
    refused(new byte[0], "unexpected EOF");
    refused(SampleImage.random(9, 100_000), "archive/tar: invalid tar header");
    refused(new SampleArchive().file("x", "y").bytes(), "not an image archive");
  }

  @Test
  void anArchiveCutAnywhereLeavesNothing() {
    byte[] whole = SampleArchive.docker(image, true, "a:1");
    for (int length = 0; length < whole.length - 3000; length += 1771) {
      refused(java.util.Arrays.copyOf(whole, length), "");
    }
  }

  @Test
  void entriesThatAreNoFilesAreRefusedByName() {
    refused(
        new SampleArchive().entry(special("0/layer.tar", TarEntry.Type.FIFO)).bytes(),
        "0/layer.tar", "fifo");
    refused(
        new SampleArchive().entry(special("dev", TarEntry.Type.CHARACTER_DEVICE)).bytes(),
        "dev", "device");
    refused(new SampleArchive().file("../../etc/passwd", "x").bytes(), "..", "etc/passwd");
    refused(new SampleArchive().symlink("a/l", "../../etc/passwd").bytes(), "a/l", "symlink");
    refused(new SampleArchive().symlink("a/l", "/etc/passwd").bytes(), "a/l", "symlink");
  }

  @Test
  void manifestsThatLieAreRefused() {
    refused(
        manifest("[{\"Config\":\"../c.json\",\"RepoTags\":[],\"Layers\":[]}]"), "..");
    refused(manifest("[{\"Config\":\"none.json\",\"RepoTags\":[],\"Layers\":[]}]"), "none.json");
    refused(
        manifest("[{\"Config\":\"c.json\",\"Layers\":[\"0/layer.tar\"]}]"), "expected 3, got 1");
    refused(
        manifest("[{\"Config\":\"c.json\",\"Layers\":[\"0/layer.tar\",\"0/layer.tar\",\"m\"]}]"),
        "invalid diffID for layer 1");
    refused(
        manifest("[{\"Config\":\"c.json\",\"Layers\":[\"0/layer.tar\",\"gone\",\"gone\"]}]"),
        "gone");
    refused(
        manifest("[{\"Config\":\"c.json\",\"RepoTags\":[\"A:1\"],\"Layers\":[]}]"), "lowercase");
    refused(manifest("[{\"Config\":\"0/layer.tar\",\"Layers\":[]}]"), "0/layer.tar", "a layer");
    refused(manifest("{}"), "manifest");
    refused(manifest("[[]]"), "manifest");
    refused(manifest("nonsense"), "manifest.json");
  }

  private byte[] manifest(String json) {
    return new SampleArchive()
        .file("0/layer.tar", image.tars.get(0))
        .file("c.json", image.config)
        .file("manifest.json", json)
        .bytes();
  }

  @Test
  void aBlobThatIsNotItsNameIsRefused() {
    byte[] right = SampleArchive.layout(image, "");
    assertThat(host.load(right)).hasSize(1);
    host.remove(image.id().toString());
    byte[] other = SampleImage.of(7, 1, 100).blobs.getFirst();
    String name = "blobs/sha256/" + Digest.of(image.blobs.get(1)).hex();
    byte[] manifest = image.manifest();
    var archive =
        new SampleArchive()
            .file("oci-layout", "{}")
            .file(
                "index.json",
                "{\"schemaVersion\":2,\"manifests\":[%s]}"
                    .formatted(
                        SampleImage.descriptor(
                            SampleImage.MANIFEST,
                            Digest.of(manifest).toString(),
                            manifest.length)))
            .file("blobs/sha256/" + Digest.of(manifest).hex(), manifest)
            .file("blobs/sha256/" + image.id().hex(), image.config)
            .file("blobs/sha256/" + Digest.of(image.blobs.get(0)).hex(), image.blobs.get(0))
            .file(name, other)
            .bytes();
    refused(archive, name);
  }

  @Test
  void aWindowsImageIsRefused() {
    refused(SampleArchive.docker(SampleImage.of(image.tars, "windows"), true, "w:1"), "windows");
  }

  @Test
  void aTagMovesAndTheOldImageIsToldOf() {
    var other = SampleImage.of(2, 1, 100);
    host.load(SampleArchive.docker(image, true, "a:1"));
    var sink = new Host.Told();
    host.images.load(
        new java.io.ByteArrayInputStream(SampleArchive.docker(other, true, "a:1")), sink);
    assertThat(sink.lines)
        .contains(
            "The image a:1 already exists, renaming the old one with ID %s to empty string"
                .formatted(image.id()));
    assertThat(host.images.require("a:1").id()).isEqualTo(other.id());
    assertThat(host.images.require(image.id().toString()).isDangling()).isTrue();
  }

  @Test
  void loadingAgainHealsALayerDamagedOnDisk() throws IOException {
    byte[] archive = SampleArchive.docker(image, true, "a:1");
    host.load(archive);
    Path tar = host.root.resolve("layers/sha256/" + image.diffId(1).hex() + ".tar");
    byte[] bytes = Files.readAllBytes(tar);
    bytes[2000] ^= 1;
    Files.write(tar, bytes);
    assertThat(host.load(archive)).containsExactly("Loaded image: a:1");
    assertThat(Files.readAllBytes(tar)).isEqualTo(image.tars.get(1));
    assertThat(host.layers.check(List.of(), Optional.empty(), Progress.NONE).damaged()).isEmpty();
  }

  @Test
  void whatWasSavedLoadsAndIsTheSameBytes() {
    host.load(SampleArchive.docker(image, true, "a:1", "a:2", "b:1"));
    var other = SampleImage.of(3, 1, 10);
    host.load(SampleArchive.docker(other, true));
    byte[] saved = host.save("a", other.id().toString(), "b:1");
    assertThat(host.save("a", other.id().toString(), "b:1")).isEqualTo(saved);
    try (var second = new Host(folder.resolve("second"))) {
      assertThat(second.load(saved))
          .containsExactly(
              "Loaded image: a:1",
              "Loaded image: a:2",
              "Loaded image: b:1",
              "Loaded image ID: " + other.id());
      assertThat(second.images.require("b:1").id()).isEqualTo(image.id());
    }
    assertThatThrownBy(() -> host.save("nosuch"))
        .isInstanceOf(StowageException.NotFound.class)
        .hasMessage("No such image: nosuch");
  }

  @Test
  void imagesAreThereAfterARestart() {
    host.load(SampleArchive.docker(image, true, "a:1"));
    var before = host.images.require("a:1");
    var files = host.files();
    host.close();
    host = new Host(folder);
    assertThat(host.images.require("a:1")).usingRecursiveComparison().isEqualTo(before);
    assertThat(host.files()).isEqualTo(files);
    assertThat(host.layers.list()).hasSize(3);
  }

  @Test
  void linksThatLeadInCirclesAreNothing() {
    refused(
        new SampleArchive()
            .symlink("manifest.json", "a")
            .symlink("a", "b")
            .symlink("b", "a")
            .bytes(),
        "not an image archive");
    refused(
        new SampleArchive()
            .file("c.json", image.config)
            .symlink("0/layer.tar", "layer.tar")
            .file(
                "manifest.json",
                "[{\"Config\":\"c.json\",\"Layers\":[\"0/layer.tar\",\"1\",\"2\"]}]")
            .bytes(),
        "0/layer.tar");
  }

  @Test
  void documentsAreSmall() {
    refused(new SampleArchive().file("manifest.json", new byte[] {'['}).bytes(), "manifest.json");
    var big = new byte[5 << 20];
    java.util.Arrays.fill(big, (byte) ' ');
    refused(new SampleArchive().file("manifest.json", big).bytes(), "manifest.json", "too many");
    refused(new SampleArchive().file("manifest.json", "[".repeat(70_000)).bytes(), "nested");
    refused(
        new SampleArchive()
            .file("manifest.json", "[{\"Config\":\"blobs/sha256/../../x\",\"Layers\":[]}]")
            .bytes(),
        "..");
    var many = new SampleArchive();
    for (int i = 0; i < 6; i++) {
      big[0] = '{';
      many.file("f" + i, java.util.Arrays.copyOf(big, 4 << 20));
    }
    refused(
        many.file("c.json", image.config)
            .file("manifest.json", "[{\"Config\":\"f5\",\"Layers\":[]}]")
            .bytes(),
        "f5", "too many");
  }

  @Test
  void aSparseEntryIsRefused() {
    // GNU's old form: a file of 8 TiB with nothing in it.
    byte[] header = new SampleArchive().file("sparse", new byte[0]).bytes();
    var bytes = java.util.Arrays.copyOf(header, header.length);
    bytes[156] = 'S';
    byte[] magic = "ustar  \0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, bytes, 257, magic.length);
    byte[] size = "77777777777\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(size, 0, bytes, 483, size.length);
    java.util.Arrays.fill(bytes, 148, 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += bytes[i] & 0xff;
    }
    byte[] text = "%06o\0 ".formatted(sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, bytes, 148, text.length);
    refused(bytes, "sparse");
  }

  @Test
  void aZstdArchiveLoads() throws IOException {
    var packed = new java.io.ByteArrayOutputStream();
    try (var zstd = stowage.linux.Zstd.compress(packed, 3)) {
      zstd.write(SampleArchive.docker(image, false, "z:1"));
    }
    assertThat(host.load(packed.toByteArray())).containsExactly("Loaded image: z:1");
  }
}
