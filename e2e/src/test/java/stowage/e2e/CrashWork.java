package stowage.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import stowage.e2e.Acknowledged.Fact;
import stowage.e2e.Acknowledged.Thing;

/** Two clients of an agent, with the stock CLI: one of images, one of containers and volumes. */
final class CrashWork {
  static final String BASE = "base:1";

  /** What {@link #BASE} has where volumes are mounted. */
  static final Map<String, String> SEED = Map.of("a", "first\n", "sub/b", "second\n");

  private static final int KEPT = 6;
  private final TestAgent agent;
  private final Acknowledged known;
  private final long seed;
  private final StaticRegistry registry;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Thread> clients = new ArrayList<>();
  private volatile Throwable failure;

  /**
   * Held while a container runs, and while a picture is checked. A power cut ends processes; here
   * the later life would meet those of the earlier one and end them.
   */
  final Lock running = new ReentrantLock(true);

  CrashWork(TestAgent agent, Acknowledged known, long seed) throws IOException {
    this.agent = agent;
    this.known = known;
    this.seed = seed;
    registry = new StaticRegistry();
  }

  /** A busybox with a folder that volumes are initialised from. */
  void prepare() {
    agent.importBusybox("bb:1");
    agent
        .docker(
            "run",
            "--name",
            "seed",
            "bb:1",
            "sh",
            "-c",
            "mkdir -p /seed/sub; echo first > /seed/a; echo second > /seed/sub/b; "
                + "echo lower > /lower")
        .ok();
    agent.docker("commit", "seed", BASE).ok();
    agent.docker("rm", "seed").ok();
  }

  void begin() {
    clients.add(client("images", this::image));
    clients.add(client("containers", this::container));
  }

  private interface Step {
    void run(Random random, int round) throws IOException;
  }

  private Thread client(String name, Step step) {
    return Thread.ofPlatform()
        .name(name)
        .start(
            () -> {
              var random = new Random(seed ^ name.hashCode());
              try {
                for (int round = 0; !stop.get(); round++) {
                  step.run(random, round);
                }
              } catch (IOException | AssertionError e) {
                failure = e;
              }
            });
  }

  /** Throws what a client met. */
  void check() {
    if (failure != null) {
      throw new AssertionError("a client failed", failure);
    }
  }

  void end() throws InterruptedException {
    stop.set(true);
    for (var client : clients) {
      client.join();
    }
    registry.close();
    check();
  }

  /** Loads or pulls a new image upon layers of older ones; removes an old one. */
  private void image(Random random, int round) {
    var layers = new ArrayList<byte[]>();
    layers.add(Archives.layer(new Random(seed + round / 3), 4, 200_000)); // shared by three
    layers.add(Archives.layer(random, 8, random.nextInt(4) == 0 ? 2_000_000 : 20_000));
    boolean pulls = random.nextBoolean();
    var repository = "work" + round;
    var loaded = Archives.image(repository + ":latest", layers);
    var name = pulls ? registry.serve(repository, loaded) : loaded.name();
    var thing = new Thing("image", name);
    known.begin(thing);
    if (pulls) {
      agent.docker("pull", "-q", name).ok();
    } else {
      agent.docker(loaded.archive(), "load", "-q").ok();
    }
    known.done(thing, new Fact.Image(loaded.id()));
    older.add(thing);
    if (older.size() > KEPT) {
      var old = older.remove(random.nextInt(KEPT));
      known.begin(old);
      agent.docker("rmi", old.name()).ok();
      known.done(old, new Fact.Gone());
    }
  }

  private final List<Thing> older = new ArrayList<>(); // of the images' client

  /** The whole life of a container with a volume; the last few stay. */
  private void container(Random random, int round) throws IOException {
    var name = "c" + round;
    var container = new Thing("container", name);
    var volume = new Thing("volume", "v" + round);
    known.begin(volume);
    agent.docker("volume", "create", volume.name()).ok();
    known.done(volume, new Fact.Volume(Map.of()));
    known.begin(container);
    known.begin(volume);
    var script = "echo $0 > /seed/a && echo $0 >> /lower && sync && echo synced";
    var id =
        agent
            .docker(
                "create",
                "--name",
                name,
                "-v",
                volume.name() + ":/seed",
                BASE,
                "sh",
                "-c",
                script,
                name)
            .ok()
            .line();
    var own = new HashMap<String, String>();
    known.done(container, new Fact.Container(id, Map.copyOf(own)));
    known.done(volume, new Fact.Volume(SEED));
    var shared = new HashMap<>(SEED);
    if (random.nextInt(3) > 0) {
      own.put("copied", copyIn(container, "/copied", random));
      known.done(container, new Fact.Container(id, Map.copyOf(own)));
    }
    if (random.nextInt(3) == 0) {
      known.begin(volume);
      shared.put("copied", copyIn(container, "/seed/copied", random));
      known.done(container, new Fact.Container(id, Map.copyOf(own)));
      known.done(volume, new Fact.Volume(Map.copyOf(shared)));
    }
    if (random.nextInt(3) == 0) {
      known.begin(container);
      known.begin(volume);
      running.lock();
      try {
        agent.docker("start", "-a", name).ok();
      } finally {
        running.unlock();
      }
      own.put("lower", "lower\n" + name + "\n");
      known.done(container, new Fact.Container(id, Map.copyOf(own)));
      shared.put("a", name + "\n");
      known.done(volume, new Fact.Volume(Map.copyOf(shared)));
    }
    if (random.nextInt(4) == 0) {
      copyIntoRunning("r" + round, random);
    }
    if (round >= KEPT) {
      remove("container", "c" + (round - KEPT), "rm");
      remove("volume", "v" + (round - KEPT), "volume", "rm");
    }
  }

  /** A container that runs has its files open; a copy into it is as durable as any. */
  private void copyIntoRunning(String name, Random random) throws IOException {
    var thing = new Thing("container", name);
    running.lock();
    try {
      known.begin(thing);
      var id = agent.docker("run", "-d", "--name", name, BASE, "sleep", "100000").ok().line();
      known.done(thing, new Fact.Container(id, Map.of()));
      known.done(thing, new Fact.Container(id, Map.of("copied", copyIn(thing, "/copied", random))));
      agent.docker("exec", name, "true").ok(); // time for a picture while it runs
      known.begin(thing);
      agent.docker("rm", "-f", name).ok();
      known.done(thing, new Fact.Gone());
    } finally {
      running.unlock();
    }
  }

  private String copyIn(Thing container, String to, Random random) throws IOException {
    var text = "in " + random.nextLong() + "\n".repeat(random.nextInt(9000));
    Path file = Files.writeString(agent.folder.resolve("in"), text);
    known.begin(container);
    agent.docker("cp", "-q", file.toString(), container.name() + ":" + to).ok();
    return text;
  }

  private void remove(String kind, String name, String... verb) {
    var thing = new Thing(kind, name);
    known.begin(thing);
    var words = new ArrayList<>(List.of(verb));
    words.add(name);
    agent.docker(words.toArray(String[]::new)).ok();
    known.done(thing, new Fact.Gone());
  }
}
