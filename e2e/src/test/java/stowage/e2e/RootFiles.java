package stowage.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import stowage.base.JsonObject;
import stowage.store.Records;

/** What is in a data root, held against what its records name. */
final class RootFiles {
  private static final Set<String> FIXED =
      Set.of("stowage.db", "stowage.db-wal", "stowage.db-shm", "reserve", "lock", "tmp", "layers",
          "blobs", "containers", "volumes", "lost+found", "libsqlitejdbc.so");

  /** What containers have between image and writable layer; its bytes never change. */
  private static final String STUBS =
      "sha256:20c3d71aed68be23b620721152085ebcc378f17fe4450291cc9f2f97268d2503";

  private final Path root;
  private final Records records;
  private final List<String> wrong = new ArrayList<>();

  private RootFiles(Path root, Records records) {
    this.root = root;
    this.records = records;
  }

  /** Files no record names, and records whose files are not there. */
  static List<String> wrong(Path root, Records records) throws IOException {
    var files = new RootFiles(root, records);
    files.compare("", FIXED, false);
    files.compare("tmp", Set.of(), false);
    files.compare("layers", Set.of("sha256"), false);
    files.compare("layers/sha256", files.layers(), true);
    files.compare("blobs", Set.of("sha256"), false);
    files.compare("blobs/sha256", files.blobs(), true);
    files.compare("containers", records.list("container").keySet(), true);
    var volumes = new TreeSet<>(records.list("volume").keySet());
    for (var volume : volumes) {
      files.compare("volumes/" + volume, Set.of("_data"), true);
    }
    volumes.add(".trash");
    files.compare("volumes", volumes, true);
    files.compare("volumes/.trash", Set.of(), false);
    return files.wrong;
  }

  private Set<String> layers() {
    var named = new TreeSet<String>();
    for (var layer : records.list("layer").keySet()) {
      named.add(hex(layer) + ".tar");
      named.add(hex(layer) + ".erofs");
    }
    for (var chain : records.list("layer-chain").values()) {
      named.add(Path.of(chain.required("index")).getFileName().toString());
    }
    return named;
  }

  private Set<String> blobs() {
    var named = new TreeSet<String>();
    for (var image : records.list("image").entrySet()) {
      named.add(hex(image.getKey()));
      image.getValue().strings("manifests").forEach(digest -> named.add(hex(digest)));
    }
    return named;
  }

  /** Every layer an image or a container needs is recorded, and no other. */
  static List<String> layersAmiss(Records records) {
    var needed = new TreeSet<String>();
    records.list("image").values().forEach(image -> needed.addAll(image.strings("diffIds")));
    records.list("container").values().forEach(c -> needed.addAll(chain(c)));
    var there = records.list("layer").keySet();
    var amiss = new ArrayList<String>();
    needed.stream().filter(l -> !there.contains(l)).forEach(l -> amiss.add("no layer " + l));
    needed.add(STUBS);
    there.stream().filter(l -> !needed.contains(l)).forEach(l -> amiss.add("unused layer " + l));
    return amiss;
  }

  private static List<String> chain(JsonObject container) {
    return container.strings("chain");
  }

  private static String hex(String digest) {
    return digest.substring(digest.indexOf(':') + 1);
  }

  private void compare(String folder, Set<String> expected, boolean all) throws IOException {
    var there = new TreeSet<String>();
    var path = root.resolve(folder);
    if (Files.isDirectory(path)) {
      try (var list = Files.newDirectoryStream(path)) {
        list.forEach(file -> there.add(file.getFileName().toString()));
      }
    }
    for (var name : there) {
      if (!expected.contains(name)) {
        wrong.add("leaked " + folder + "/" + name);
      }
    }
    for (var name : expected) {
      if (all && !there.contains(name)) {
        wrong.add("missing " + folder + "/" + name);
      }
    }
  }
}
