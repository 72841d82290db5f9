package stowage.layer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Prints how fast layers are added, beside the floor; not a test: {@code -Dtars=a.tar,b.tar.gz}. */
class ImportSpeed {
  @Test
  @EnabledIfSystemProperty(named = "tars", matches = ".+")
  void print() throws Exception {
    for (var name : System.getProperty("tars").split(",")) {
      var tar = Path.of(name);
      for (int round = 0; round < 3; round++) {
        var dir = Files.createTempDirectory("speed");
        try (var store = new Fixture(dir)) {
          long start = System.nanoTime();
          var layer = store.add(tar).layer();
          long added = System.nanoTime();
          var view = store.layers.view(List.of(layer.diffId()));
          view.merged();
          long mounted = System.nanoTime();
          view.close();
          var hash = MessageDigest.getInstance("SHA-256");
          try (var in = Files.newInputStream(tar)) {
            var buffer = new byte[1 << 20];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
              hash.update(buffer, 0, n);
            }
          }
          long floor = System.nanoTime() - mounted;
          store.layers.sweep();
          long before = System.nanoTime();
          store.lease.close();
          long removed = System.nanoTime() - before;
          System.out.printf(
              "%s %d MB, %d files, index %d KB: add %d ms, sha256 alone %d, mount %d, remove %d,"
                  + " heap %d MB%n",
              tar.getFileName(),
              layer.tarBytes() >> 20,
              layer.files(),
              layer.indexBytes() >> 10,
              (added - start) / 1_000_000,
              floor / 1_000_000,
              (mounted - added) / 1_000_000,
              removed / 1_000_000,
              Runtime.getRuntime().totalMemory() >> 20);
        }
        Fixture.sh("rm -r " + dir);
      }
    }
  }
}
