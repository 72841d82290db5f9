package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stowage.oci.HostileTars;
import stowage.oci.HostileTars.Case;
import stowage.oci.HostileTars.Expected;

/**
 * "Hostile layers and archives: contained or refused with the entry's name, in seconds and little
 * memory", through the stock client and an agent of 256 MiB.
 *
 * <p>{@code -Dhostile=all} takes each case, the default every tenth from a random one on.
 */
class HostileImagesTest {
  private static final String SPREAD = System.getProperty("hostile", "10");
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  private final List<String> wrong = new ArrayList<>();
  private TestAgent agent;
  private String outside;

  @BeforeEach
  void start() throws IOException {
    agent = TestAgent.start();
    Files.writeString(agent.folder.resolve("canary"), "alive");
    outside = outside();
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(agent.alive()).isTrue();
    assertThat(outside()).isEqualTo(outside);
    agent.close();
  }

  /** What a layer might have reached: the folders around the agent's, and the host's own. */
  private String outside() throws IOException {
    var all = new TreeMap<String, String>();
    for (var folder : List.of(agent.folder, Path.of("/"), Path.of("/etc"), Path.of("/root"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files.forEach(file -> all.put(file.toString(), ""));
      }
    }
    for (var file : List.of("/etc/passwd", "/etc/shadow", agent.folder + "/canary")) {
      all.put(file, Files.readString(Path.of(file)) + Files.getLastModifiedTime(Path.of(file)));
    }
    return all.toString();
  }

  private List<Case> cases() {
    var all = HostileTars.all();
    if (SPREAD.equals("all")) {
      return all;
    }
    int step = Integer.parseInt(SPREAD);
    var some = new ArrayList<Case>();
    for (int n = new Random(SEED).nextInt(step); n < all.size(); n += step) {
      some.add(all.get(n));
    }
    return some;
  }

  @Test
  void hostileLayersAreContainedOrRefusedByName() {
    var times = new TreeMap<Long, String>();
    var cases = cases();
    for (var each : cases) {
      long begin = System.nanoTime();
      judge(each, load(each));
      times.put((System.nanoTime() - begin) / 1_000_000, each.name());
    }
    System.out.printf(
        "%d hostile layers: %d wrong; the slowest %s ms (seed %d)%n",
        cases.size(), wrong.size(), times.lastEntry(), SEED);
    assertThat(wrong).as("-Dseed=%d", SEED).isEmpty();
    assertThat(agent.docker("images", "-aq").ok().out()).isEmpty();
  }

  /** As an image of its layers; a single layer also as the tar of {@code docker import}. */
  private Shell.Result load(Case each) {
    var layers = each.layers().get();
    var answer = agent.docker(Archives.image("h:1", layers).archive(), "load", "-q");
    if (layers.size() == 1) {
      var imported = agent.docker(layers.getFirst(), "import", "-", "h:2");
      if ((imported.exit() == 0) != (answer.exit() == 0)) {
        wrong.add(each + ": load and import differ: " + answer + imported);
      }
    }
    return answer;
  }

  private void judge(Case each, Shell.Result answer) {
    boolean taken = answer.exit() == 0;
    switch (each.expected()) {
      case Expected.RefusedByReader refused -> refused(each, answer, refused.word());
      case Expected.RefusedByLayer refused -> refused(each, answer, refused.word());
      case Expected.Taken _ -> {
        if (!taken) {
          wrong.add(each + ": refused: " + answer.err());
        }
      }
      case Expected.Either _ -> {}
    }
    if (taken) {
      // What is in it is looked at where layers are made; here it must be a root one can have.
      var made = agent.docker("create", "--name", "hostile", "h:1", "true");
      if (made.exit() != 0 || agent.docker("cp", "hostile:/", "-").exit() != 0) {
        wrong.add(each + ": taken, and no container can be made of it: " + made.err());
      }
      agent.docker("rm", "hostile");
    }
    agent.docker("rmi", "-f", "h:1", "h:2");
  }

  private void refused(Case each, Shell.Result answer, String word) {
    if (answer.exit() == 0) {
      wrong.add(each + ": taken");
    } else if (!answer.err().contains(word) && !answer.err().contains("is not a layer")) {
      wrong.add(each + ": refused without \"" + word + "\": " + answer.err());
    }
  }
}
