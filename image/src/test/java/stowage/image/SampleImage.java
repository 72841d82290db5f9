package stowage.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import stowage.base.Digest;
import stowage.oci.TarEntry;
import stowage.oci.TarWriter;

/** An image made up for a test: its layers plain and packed, config and manifest. */
final class SampleImage {
  static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  static final String CONFIG = "application/vnd.docker.container.image.v1+json";
  static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

  final List<byte[]> tars;
  final List<byte[]> blobs = new ArrayList<>();
  final byte[] config;

  private SampleImage(List<byte[]> tars, byte[] config) {
    this.tars = tars;
    this.config = config;
    tars.forEach(tar -> blobs.add(gzip(tar)));
  }

  /** Layers of one file each, with bytes that do not compress. */
  static SampleImage of(long seed, int layers, int bytes) {
    var tars = new ArrayList<byte[]>();
    for (int i = 0; i < layers; i++) {
      tars.add(tar("f" + seed + "-" + i, random(seed * 31 + i, bytes)));
    }
    return of(tars, "linux");
  }

  static SampleImage of(List<byte[]> tars, String os) {
    return new SampleImage(List.copyOf(tars), config(tars, os));
  }

  static byte[] config(List<byte[]> tars, String os) {
    var diffIds =
        tars.stream().map(t -> "\"" + Digest.of(t) + "\"").collect(Collectors.joining(","));
    return ("{\"architecture\":\"amd64\",\"os\":\"%s\",\"config\":{\"Cmd\":[\"/bin/sh\"],"
            + "\"Labels\":{\"a\":\"b\"}},\"created\":\"2026-01-02T03:04:05.678Z\","
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}")
        .formatted(os, diffIds)
        .getBytes(UTF_8);
  }

  static byte[] random(long seed, int bytes) {
    var data = new byte[bytes];
    new Random(seed).nextBytes(data);
    return data;
  }

  static byte[] tar(String name, byte[] content) {
    try {
      var bytes = new ByteArrayOutputStream();
      var tar = new TarWriter(bytes);
      tar.add(TarEntry.directory("d", 0755, 0));
      tar.add(
          TarEntry.file("d/" + name, 0644, content.length, 0), new ByteArrayInputStream(content));
      tar.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(byte[] plain) {
    try {
      var bytes = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(bytes)) {
        gzip.write(plain);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Digest id() {
    return Digest.of(config);
  }

  Digest diffId(int layer) {
    return Digest.of(tars.get(layer));
  }

  String layers() {
    return blobs.stream()
        .map(blob -> descriptor(LAYER, Digest.of(blob).toString(), blob.length))
        .collect(Collectors.joining(","));
  }

  static String descriptor(String type, String digest, long size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, digest, size);
  }

  byte[] manifest() {
    return manifest(descriptor(CONFIG, id().toString(), config.length), layers());
  }

  static byte[] manifest(String config, String layers) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
        .formatted(MANIFEST, config, layers)
        .getBytes(UTF_8);
  }

  /** Puts all of it into a registry. */
  SampleImage into(ScriptedRegistry registry, String path, String tag) {
    blobs.forEach(registry::put);
    registry.put(config);
    registry.tag(path, tag, MANIFEST, manifest());
    return this;
  }
}
