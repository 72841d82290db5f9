package stowage.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds every module-info.java against the house's picture: arrows point down the list only. */
class ArrowsTest {
  /** Each room, and the rooms it may use: those are above it in this list. */
  private static final List<String> HOUSE =
      List.of(
          "base: ",
          "linux: base",
          "oci: base",
          "http: base",
          "store: base linux",
          "chunk: base linux store",
          "block: base chunk linux store",
          "nbd: base block linux",
          "blockd: base block chunk linux nbd store",
          "cloud: base block chunk store",
          "aws: base chunk cloud http",
          "layer: base linux oci store",
          "image: base http layer linux oci store",
          "volume: base cloud linux store",
          "container: base image layer linux oci store volume",
          "docker: base container http image oci volume",
          "agent: aws base block blockd chunk cloud container docker http image layer linux oci store volume",
          "cli: base http");

  private static final Pattern REQUIRES =
      Pattern.compile("(?m)^\\s*requires (?:transitive )?stowage\\.(\\w+);");

  @Test
  void everyModuleUsesOnlyTheRoomsBelowIt() throws IOException {
    var root = Path.of(System.getProperty("root", ".."));
    for (var room : HOUSE) {
      var name = room.substring(0, room.indexOf(':'));
      var allowed = List.of(room.substring(room.indexOf(':') + 2).split(" "));
      var info = Files.readString(root.resolve(name + "/src/main/java/module-info.java"));
      var used = new TreeSet<String>();
      REQUIRES.matcher(info).results().forEach(r -> used.add(r.group(1)));
      assertThat(allowed).as("what %s may use", name).containsAll(used);
    }
  }

  @Test
  void everyRoomIsInThePicture() throws IOException {
    var root = Path.of(System.getProperty("root", ".."));
    try (var folders = Files.list(root)) {
      var rooms =
          folders
              .filter(f -> Files.exists(f.resolve("src/main/java/module-info.java")))
              .map(f -> f.getFileName().toString())
              .toList();
      assertThat(HOUSE.stream().map(r -> r.substring(0, r.indexOf(':')))).containsAll(rooms);
    }
  }
}
