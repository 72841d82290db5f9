package stowage.layer;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import stowage.oci.TarEntry;
import stowage.oci.TarEntry.Type;
import stowage.oci.TarWriter;

/** A tar written entry by entry, in any order and as wrong as a test needs it. */
final class TestTar {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarWriter tar = new TarWriter(bytes);

  TestTar directory(String name, int mode, int uid) {
    return add(name, Type.DIRECTORY, mode, uid, "", "", 0, 0, Map.of());
  }

  TestTar file(String name, String content) {
    return add(name, Type.FILE, 0644, 0, content, "", 0, 0, Map.of());
  }

  TestTar file(String name, String content, Map<String, String> xattrs) {
    return add(name, Type.FILE, 0644, 0, content, "", 0, 0, xattrs);
  }

  TestTar symlink(String name, String target) {
    return add(name, Type.SYMLINK, 0777, 0, "", target, 0, 0, Map.of());
  }

  TestTar link(String name, String target) {
    return add(name, Type.HARD_LINK, 0644, 0, "", target, 0, 0, Map.of());
  }

  TestTar device(String name, int major, int minor) {
    return add(name, Type.CHARACTER_DEVICE, 0600, 0, "", "", major, minor, Map.of());
  }

  TestTar add(
      String name,
      Type type,
      int mode,
      int uid,
      String content,
      String link,
      int major,
      int minor,
      Map<String, String> xattrs) {
    var data = content.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    var entry =
        new TarEntry(
            name, type, mode, uid, uid, data.length, 0, data.length, 1_600_000_000L, 5, link,
            xattrs, major, minor, List.of());
    try {
      tar.add(entry, new ByteArrayInputStream(data));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    try {
      tar.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
