package stowage.layer;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import stowage.base.Digest;

/** Prints what a container's root costs; not a test: {@code -Dactives=200}. */
class ActiveSpeed {
  @Test
  @EnabledIfSystemProperty(named = "actives", matches = "\\d+")
  void print() throws Exception {
    int rounds = Integer.getInteger("actives");
    var dir = Files.createTempDirectory("speed");
    try (var store = new Fixture(dir)) {
      var chain = new ArrayList<Digest>();
      for (int i = 0; i < 6; i++) {
        chain.add(store.add(new TestTar().file("d/f" + i, "x" + i).bytes()).layer().diffId());
      }
      var micros = new long[4][rounds];
      for (int i = 0; i < rounds; i++) {
        long a = System.nanoTime();
        var active = store.layers.prepare("c" + i, chain);
        long b = System.nanoTime();
        store.layers.mount(active);
        long c = System.nanoTime();
        store.layers.unmount(active);
        long d = System.nanoTime();
        store.layers.remove(active);
        long e = System.nanoTime();
        long[] all = {b - a, c - b, d - c, e - d};
        for (int k = 0; k < 4; k++) {
          micros[k][i] = all[k] / 1000;
        }
      }
      for (var each : micros) {
        Arrays.sort(each);
      }
      System.out.printf(
          "median us: prepare %d, mount (6 layers) %d, unmount %d, remove %d%n",
          micros[0][rounds / 2], micros[1][rounds / 2], micros[2][rounds / 2], micros[3][rounds / 2]);
    }
    Fixture.sh("rm -r " + dir);
  }
}
