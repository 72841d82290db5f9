package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import stowage.base.Digest;
import stowage.oci.TarEntry;
import stowage.oci.TarWriter;

/** A tar put together entry by entry. */
final class SampleArchive {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(bytes);

  SampleArchive file(String name, byte[] content) {
    try {
      tar.add(TarEntry.file(name, 0644, content.length, 0));
      tar.write(content, 0, content.length);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SampleArchive file(String name, String content) {
    return file(name, content.getBytes(UTF_8));
  }

  SampleArchive entry(TarEntry entry) {
    try {
      tar.add(entry);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SampleArchive symlink(String name, String target) {
    return entry(TarEntry.symlink(name, target, 0));
  }

  byte[] bytes() {
    try {
      tar.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** docker-archive: {@code layerFirst} says whether the manifest comes last. */
  static byte[] docker(SampleImage image, boolean layersFirst, String... tags) {
    var archive = new SampleArchive();
    if (layersFirst) {
      layers(archive, image);
    }
    archive.file(image.id().hex() + ".json", image.config);
    archive.file("manifest.json", manifest(image, tags));
    if (!layersFirst) {
      layers(archive, image);
    }
    return archive.bytes();
  }

  private static void layers(SampleArchive archive, SampleImage image) {
    for (int i = 0; i < image.tars.size(); i++) {
      archive.file(i + "/layer.tar", image.tars.get(i));
    }
  }

  static String manifest(SampleImage image, String... tags) {
    var names = java.util.stream.IntStream.range(0, image.tars.size());
    return "[{\"Config\":\"%s.json\",\"RepoTags\":[%s],\"Layers\":[%s]}]"
        .formatted(
            image.id().hex(),
            java.util.Arrays.stream(tags)
                .map(t -> "\"" + t + "\"")
                .collect(Collectors.joining(",")),
            names.mapToObj(i -> "\"" + i + "/layer.tar\"").collect(Collectors.joining(",")));
  }

  /** OCI layout, its layers gzipped. */
  static byte[] layout(SampleImage image, String annotations) {
    var archive = new SampleArchive();
    byte[] manifest = image.manifest();
    archive.file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
    archive.file(
        "index.json",
        ("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\","
                + "\"size\":%d,\"annotations\":{%s}}]}")
            .formatted(
                SampleImage.MANIFEST, Digest.of(manifest), manifest.length, annotations));
    archive.file("blobs/sha256/" + Digest.of(manifest).hex(), manifest);
    image.blobs.forEach(blob -> archive.file("blobs/sha256/" + Digest.of(blob).hex(), blob));
    archive.file("blobs/sha256/" + image.id().hex(), image.config);
    return archive.bytes();
  }
}
