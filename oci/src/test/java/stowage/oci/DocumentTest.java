package stowage.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stowage.base.Digest;
import stowage.base.StowageException;

class DocumentTest {
  private static final Digest A = Digest.of(new byte[] {1});
  private static final String CONFIG =
      "'config':{'mediaType':'%s','digest':'%s','size':3}".formatted(MediaTypes.OCI_CONFIG, A);

  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(UTF_8);
  }

  private static Document parse(String text, String contentType) {
    return Document.parse(json(text), Optional.ofNullable(contentType));
  }

  private static void refused(String text, String contentType, String... words) {
    assertThatThrownBy(() -> parse(text, contentType))
        .isInstanceOf(StowageException.Corrupt.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void whatWasWrittenIsReadBack() {
    var layer = new Descriptor(MediaTypes.OCI_LAYER_ZSTD, A, 9, Optional.empty(), Map.of("k", "v"));
    var manifest =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            new Descriptor(MediaTypes.OCI_CONFIG, A, 3),
            List.of(layer, layer),
            Map.of("b", "2", "a", "1"));
    assertThat(Manifest.parse(manifest.json(), Optional.of(MediaTypes.OCI_MANIFEST)))
        .isEqualTo(manifest);
    var index =
        new Index(
            MediaTypes.DOCKER_LIST,
            List.of(
                new Descriptor(
                    MediaTypes.DOCKER_MANIFEST, A, 1,
                    Optional.of(new Platform("linux", "arm", "v7")), Map.of())),
            Map.of());
    assertThat(Index.parse(index.json(), Optional.empty())).isEqualTo(index);
    assertThatThrownBy(() -> Manifest.parse(index.json(), Optional.empty()))
        .isInstanceOf(StowageException.Corrupt.class);
    assertThatThrownBy(() -> Index.parse(manifest.json(), Optional.empty()))
        .isInstanceOf(StowageException.Corrupt.class);
  }

  @Test
  void theTypeIsSaidOnceOrAgrees() {
    String manifest = "{'schemaVersion':2," + CONFIG + ",'layers':[]}";
    assertThat(parse(manifest, null)).isInstanceOf(Manifest.class);
    assertThat(parse(manifest, MediaTypes.DOCKER_MANIFEST + "; charset=utf-8").mediaType())
        .isEqualTo(MediaTypes.DOCKER_MANIFEST);
    assertThat(parse("{'manifests':[]}", "application/json")).isInstanceOf(Index.class);
    refused(manifest, MediaTypes.OCI_INDEX, "manifests");
    refused("{'mediaType':'" + MediaTypes.OCI_INDEX + "'," + CONFIG + "}",
        MediaTypes.OCI_MANIFEST, "mediaType");
    refused(manifest, "text/html", "text/html");
    refused("{'schemaVersion':2}", null, "config");
  }

  @Test
  void whatReadersWouldTakeForDifferentThingsIsRefused() {
    refused("{" + CONFIG + ",'layers':[],'manifests':[]}", null, "both");
    refused("{" + CONFIG + ",'manifests':[]}", null, "both");
    refused("{" + CONFIG + ",'Layers':[]}", null, "Layers");
    refused("{'Manifests':[]," + CONFIG + "}", null, "Manifests");
    assertThatThrownBy(() -> parse("{'schemaVersion':1,'fsLayers':[]}", null))
        .isInstanceOf(StowageException.Unsupported.class);
    assertThatThrownBy(() -> parse("{'schemaVersion':1}", MediaTypes.DOCKER_SCHEMA1_SIGNED))
        .isInstanceOf(StowageException.Unsupported.class);
    refused("{'schemaVersion':3," + CONFIG + "}", null, "schemaVersion");
  }

  private static void descriptorRefused(String digest, String size, String word) {
    refused(
        "{'config':{'mediaType':'x','digest':%s,'size':%s},'layers':[]}".formatted(digest, size),
        null, word);
  }

  @Test
  void descriptorsAreChecked() {
    descriptorRefused("'sha256:../../x'", "1", "digest");
    descriptorRefused("'sha256:" + "A".repeat(64) + "'", "1", "digest");
    descriptorRefused("'sha256:" + "a".repeat(63) + "'", "1", "digest");
    descriptorRefused("'sha512:" + "a".repeat(128) + "'", "1", "digest");
    descriptorRefused("'" + A + "'", "-1", "size");
    descriptorRefused("'" + A + "'", "1e400", "");
    descriptorRefused("'" + A + "'", "'1'", "size");
    descriptorRefused("7", "1", "digest");
    refused("{'config':7}", null, "config");
    refused("{" + CONFIG + ",'layers':{}}", null, "layers");
    refused("[]", null, "object");
    refused("{", null, "JSON");
    refused("[".repeat(100_000), null, "nested");
  }

  @Test
  void limitsHold() {
    String one = "{'mediaType':'x','digest':'" + A + "','size':1}";
    refused("{" + CONFIG + ",'layers':[" + (one + ",").repeat(1000) + one + "]}", null, "1000");
    refused("{" + CONFIG + ",'x':'" + "y".repeat(4 << 20) + "'}", null, "limit");
  }

  private static Descriptor on(String platform, int size) {
    String[] p = platform.split("/");
    return new Descriptor(
        MediaTypes.OCI_MANIFEST, A, size,
        Optional.of(new Platform(p[0], p[1], p.length > 2 ? p[2] : "")), Map.of());
  }

  private static long selected(String wanted, Descriptor... all) {
    return new Index(MediaTypes.OCI_INDEX, List.of(all), Map.of())
        .select(Platform.parse(wanted)).map(Descriptor::size).orElse(-1L);
  }

  @Test
  void theBestPlatformIsTaken() {
    var all =
        new Descriptor[] {
          on("windows/amd64", 1), on("linux/arm/v6", 2), on("linux/arm/v7", 3),
          on("linux/386", 4), on("linux/amd64", 5), on("linux/amd64/v3", 6),
          on("linux/arm64/v8", 7)
        };
    assertThat(selected("linux/amd64", all)).isEqualTo(5);
    assertThat(selected("linux/amd64/v4", all)).isEqualTo(6);
    assertThat(selected("linux/x86_64/v2", all)).isEqualTo(5);
    assertThat(selected("linux/arm64", all)).isEqualTo(7);
    assertThat(selected("linux/aarch64/v9", all)).isEqualTo(7);
    assertThat(selected("linux/arm", all)).isEqualTo(3);
    assertThat(selected("linux/arm/v6", all)).isEqualTo(2);
    assertThat(selected("linux/arm/v5", all)).isEqualTo(-1);
    assertThat(selected("linux/arm64", on("linux/arm/v7", 3))).isEqualTo(3);
    assertThat(selected("linux/amd64", on("linux/386", 4))).isEqualTo(4);
    assertThat(selected("linux/s390x", all)).isEqualTo(-1);
    assertThat(selected("linux/s390x", new Descriptor(MediaTypes.OCI_MANIFEST, A, 9))).isEqualTo(9);
    assertThatThrownBy(() -> Platform.parse("a/b/c/d"))
        .isInstanceOf(StowageException.InvalidArgument.class);
    assertThat(Platform.parse("linux")).isEqualTo(Platform.host());
  }
}
