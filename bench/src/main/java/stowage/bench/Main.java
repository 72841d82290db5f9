package stowage.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the benchmark: {@code Main HOUSE IMAGES WORK ROUNDS [MEASURE...]}.
 *
 * <p>Prints one line a measure: the medians in seconds, the ratio of the better peer to Stowage,
 * and the aim.
 */
public final class Main {
  private Main() {}

  public static void main(String[] words) throws IOException, InterruptedException {
    var house = Path.of(words[0]);
    var images = Path.of(words[1]);
    var work = Path.of(words[2]);
    int rounds = Integer.parseInt(words[3]);
    var wanted = Arrays.asList(words).subList(4, words.length);
    var peers =
        List.of(
            Peer.stowage(work.resolve("stowage"), house),
            Peer.dockerd(work.resolve("dockerd")),
            Peer.podman(work.resolve("podman")));
    try (var registry = Registry.start(work.resolve("registry"), images)) {
      for (var peer : peers) {
        peer.start();
      }
      idleMemory(peers, "idle agent memory, nothing loaded");
      System.out.printf(
          "%-22s %9s %9s %9s %9s %6s%n",
          "median seconds", "stowage", "dockerd", "podman", "ratio", "aim");
      for (var measure : Measure.all(images.toString(), registry.address())) {
        if (wanted.isEmpty() || wanted.contains(measure.name())) {
          report(measure, run(measure, peers, rounds));
        }
      }
      idleMemory(peers, "agent memory after it all");
      floors(images, rounds);
    } finally {
      for (var peer : peers) {
        peer.quietly("rm", "-fa");
        peer.stop();
      }
    }
  }

  private static Map<String, List<Double>> run(Measure measure, List<Peer> peers, int rounds)
      throws IOException, InterruptedException {
    var seconds = new LinkedHashMap<String, List<Double>>();
    for (int round = 0; round < rounds; round++) {
      for (var peer : peers) {
        measure.before().run(peer);
        Processes.run("sync"); // what others left in memory is not this one's to write
        long start = System.nanoTime();
        for (int i = 0; i < measure.times(); i++) {
          measure.timed().run(peer);
        }
        double each = (System.nanoTime() - start) / 1e9 / measure.times();
        seconds.computeIfAbsent(peer.name(), _ -> new ArrayList<>()).add(each);
      }
    }
    return seconds;
  }

  private static void report(Measure measure, Map<String, List<Double>> seconds) {
    double ours = median(seconds.get("stowage"));
    double dockerd = median(seconds.get("dockerd"));
    double podman = median(seconds.get("podman"));
    System.out.printf(
        Locale.ROOT,
        "%-22s %9.3f %9.3f %9.3f %8.1fx %5.0fx%n",
        measure.name(),
        ours,
        dockerd,
        podman,
        Math.min(dockerd, podman) / ours,
        measure.aim());
  }

  private static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static void idleMemory(List<Peer> peers, String what) throws IOException {
    var line = new StringBuilder(what).append(":");
    for (var peer : peers) {
      var bytes = peer.memory();
      line.append(' ').append(peer.name()).append(' ');
      line.append(bytes.isEmpty() ? "no daemon" : (bytes.get() >> 20) + " MB");
    }
    System.out.println(line);
  }

  private static void floors(Path images, int rounds) throws IOException {
    var load = new ArrayList<Double>();
    var pull = new ArrayList<Double>();
    for (int round = 0; round < rounds; round++) {
      load.add(Floor.hash(images.resolve("big.docker.tar")));
      double inflate = 0;
      for (var blob : bigLayers(images)) {
        inflate += Floor.inflate(blob);
      }
      pull.add(inflate);
    }
    System.out.printf(
        Locale.ROOT,
        "floor on one processor: load big %.3f s (hash), pull big %.3f s (hash, "
            + "inflate, hash)%n",
        median(load),
        median(pull));
  }

  /** The gzip layers of the image "big", by the table its maker left. */
  private static List<Path> bigLayers(Path images) throws IOException {
    var layers = new ArrayList<Path>();
    for (var line : Files.readAllLines(images.resolve("layers.csv"))) {
      var columns = line.split(",");
      if (columns[0].matches("(0|1)\\d-.*") && !columns[0].endsWith("-v2")) {
        layers.add(images.resolve("oci-gzip/blobs/sha256/" + columns[6].substring(7)));
      }
    }
    return layers;
  }
}
