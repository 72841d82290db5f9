package stowage.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing users wait for.
 *
 * @param name as in the table
 * @param aim how many times faster than the better peer it is to be
 * @param before brings a peer to where it begins; not timed
 * @param timed what is timed
 * @param times how often {@code timed} runs in one round; the mean of them counts
 */
record Measure(String name, double aim, Step before, Step timed, int times) {
  /** Something done with a peer. */
  interface Step {
    void run(Peer peer) throws IOException, InterruptedException;
  }

  private static final Step NOTHING = _ -> {};

  /** What the issue of speed is about, on the benchmark images in {@code images}. */
  static List<Measure> all(String images, String registry) {
    return List.of(
        load("load big", 5, images, "big"),
        load("load manysmall", 20, images, "manysmall"),
        pull("pull big", 5, registry, "big"),
        pull("pull manysmall", 20, registry, "manysmall"),
        new Measure(
            "pull update",
            1,
            peer -> {
              peer.client(pullWords(peer, registry, "big"));
              peer.quietly("rmi", "-f", registry + "/bench/update:latest");
            },
            peer -> peer.client(pullWords(peer, registry, "update")),
            1),
        new Measure(
            "rmi big",
            20,
            peer -> {
              peer.quietly("rmi", "-f", registry + "/bench/update:latest");
              peer.quietly("rmi", "-f", registry + "/bench/big:latest");
              peer.client("load", "-q", "-i", images + "/big.docker.tar");
            },
            peer -> peer.client("rmi", "bench/big:latest"),
            1),
        new Measure(
            "run --rm true",
            2,
            peer -> peer.client("load", "-q", "-i", images + "/tiny.docker.tar"),
            peer -> run(peer, "bench/tiny"),
            5),
        new Measure("create+start+wait+rm", 1, NOTHING, Measure::lifecycle, 5),
        new Measure(
            "volume copy-up",
            2,
            peer -> {
              peer.client("load", "-q", "-i", images + "/voldata.docker.tar");
              peer.quietly("volume", "rm", "-f", "bench");
            },
            peer -> run(peer, "-v", "bench:/data", "bench/voldata"),
            1));
  }

  private static Measure load(String name, double aim, String images, String image) {
    return new Measure(
        name,
        aim,
        peer -> peer.quietly("rmi", "-f", "bench/" + image + ":latest"),
        peer -> peer.client("load", "-q", "-i", images + "/" + image + ".docker.tar"),
        1);
  }

  private static Measure pull(String name, double aim, String registry, String image) {
    return new Measure(
        name,
        aim,
        peer -> {
          peer.quietly("rmi", "-f", "bench/" + image + ":latest");
          peer.quietly("rmi", "-f", registry + "/bench/" + image + ":latest");
        },
        peer -> peer.client(pullWords(peer, registry, image)),
        1);
  }

  private static String[] pullWords(Peer peer, String registry, String image) {
    var name = registry + "/bench/" + image + ":latest";
    return peer.isPodman()
        ? new String[] {"pull", "-q", "--tls-verify=false", name}
        : new String[] {"pull", "-q", name};
  }

  /**
   * Runs true in a new container; podman would raise limits beyond what a nested machine allows.
   */
  private static void run(Peer peer, String... image) throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("run", "--rm"));
    words.addAll(surroundings(peer));
    words.addAll(List.of(image));
    words.add("true");
    peer.client(words.toArray(String[]::new));
  }

  private static List<String> surroundings(Peer peer) {
    return peer.isPodman()
        ? List.of(
            "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096")
        : List.of("--network", "none");
  }

  private static void lifecycle(Peer peer) throws IOException, InterruptedException {
    var words = new ArrayList<>(List.of("create", "--name", "bench"));
    words.addAll(surroundings(peer));
    words.addAll(List.of("bench/tiny", "true"));
    peer.client(words.toArray(String[]::new));
    peer.client("start", "bench");
    peer.client("wait", "bench");
    peer.client("rm", "bench");
  }
}
