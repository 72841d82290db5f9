package stowage.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.NotFound;
import stowage.linux.Stat;
import stowage.oci.TarEntry;
import stowage.oci.TarReader;
import stowage.oci.TarWriter;
import stowage.volume.Owner;

final class ArchiveTest {
  private static final Archive.Put PLAIN = new Archive.Put(true, false);

  @TempDir Path temp;
  private House house;
  private Path canary;
  private MountApplier.Subject subject;
  private List<Mount> mounts = List.of();
  private boolean readOnly;
  private Archive archive;

  @BeforeEach
  void start() throws IOException {
    house = new House(temp.resolve("house"));
    canary = Files.createDirectory(temp.resolve("canary"));
    Files.writeString(canary.resolve("f"), "secret");
    var image =
        house.layer(
            "data/", "data/seed", "data/sub/", "data/sub/g", "etc/", "etc/passwd", "proc/",
            "bin/", "bin/busybox", "bin/sh -> busybox", "tmp/", "link -> /data",
            "esc -> /../../../../../../../.." + canary);
    subject = house.subject("c1", new Owner(1000, 100), image);
    archive =
        new Archive(
            house.mounts,
            name -> {
              if (!name.equals("c1")) {
                throw new NotFound(Resource.CONTAINER, name, "No such container: " + name);
              }
              return new Archive.Root(subject, mounts, Map.of(), readOnly);
            });
  }

  @AfterEach
  void stop() throws IOException {
    var mounted = house.mountPoints();
    house.close();
    assertThat(mounted).as("nothing stays mounted").isEmpty();
    assertThat(canary.resolve("f")).hasContent("secret");
    try (var files = Files.list(canary)) {
      assertThat(files).hasSize(1);
    }
  }

  private void claim(String... binds) {
    mounts = house.mounts.claim(subject, House.plan(binds)).mounts();
  }

  private byte[] get(String path) {
    var out = new ByteArrayOutputStream();
    archive.get("c1", path, _ -> out);
    return out.toByteArray();
  }

  /** {@code name type target=content} of each entry. */
  private List<String> list(String path) throws IOException {
    var entries = new ArrayList<String>();
    var reader = new TarReader(new ByteArrayInputStream(get(path)));
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      var entry = next.get();
      entries.add(
          switch (entry.type()) {
            case FILE -> entry.name() + "=" + new String(reader.data().readAllBytes(), UTF_8);
            case SYMLINK, HARD_LINK -> entry.name() + " -> " + entry.link();
            case DIRECTORY, FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> entry.name();
          });
    }
    return entries;
  }

  private static InputStreamOfTar tar() {
    return new InputStreamOfTar();
  }

  private static final class InputStreamOfTar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter writer = new TarWriter(bytes);

    InputStreamOfTar add(TarEntry entry, String content) throws IOException {
      writer.add(entry, new ByteArrayInputStream(content.getBytes(UTF_8)));
      return this;
    }

    InputStreamOfTar file(String name, String content) throws IOException {
      return add(TarEntry.file(name, 0640, content.length(), 7).withOwner(5, 6), content);
    }

    InputStreamOfTar directory(String name) throws IOException {
      return add(TarEntry.directory(name, 0711, 8), "");
    }

    InputStreamOfTar symlink(String name, String target) throws IOException {
      return add(TarEntry.symlink(name, target, 9), "");
    }

    InputStreamOfTar hardLink(String name, String target) throws IOException {
      return add(
          new TarEntry(name, TarEntry.Type.HARD_LINK, 0644, 0, 0, 0, 0, 0, 1, 0, target, Map.of(),
              0, 0, List.of()), "");
    }

    ByteArrayInputStream stream() throws IOException {
      writer.close();
      return new ByteArrayInputStream(bytes.toByteArray());
    }
  }

  @Test
  void statTellsWhatDockerTells() {
    var file = archive.stat("c1", "/data/seed");
    assertThat(file.name()).isEqualTo("seed");
    assertThat(file.size()).isEqualTo(9);
    assertThat(file.mode()).isEqualTo(0644);
    assertThat(file.mtime().getEpochSecond()).isEqualTo(1);
    assertThat(archive.stat("c1", "/data").mode()).isEqualTo(0755 | 1L << 31);
    assertThat(archive.stat("c1", "data/").name()).isEqualTo("data");
    assertThat(archive.stat("c1", "/data/.").name()).isEqualTo(".");
    assertThat(archive.stat("c1", "/").name()).isEqualTo("/");
    var link = archive.stat("c1", "/bin/sh");
    assertThat(link.mode()).isEqualTo(134218239);
    assertThat(link.linkTarget()).isEqualTo("/bin/busybox");
    assertThat(archive.stat("c1", "/esc").linkTarget()).isEqualTo(canary.toString());
    assertThat(archive.stat("c1", "/link/.").mode()).isEqualTo(0755 | 1L << 31);
  }

  @Test
  void getNamesTheEntriesAfterThePath() throws IOException {
    assertThat(list("/data")).containsExactly("data/", "data/seed=data/seed", "data/sub/",
        "data/sub/g=data/sub/g");
    assertThat(list("/data/.")).containsExactly("./", "./seed=data/seed", "./sub/",
        "./sub/g=data/sub/g");
    assertThat(list("/data/seed")).containsExactly("seed=data/seed");
    assertThat(list("/bin/sh")).containsExactly("sh -> busybox");
    assertThat(list("../../data/seed")).containsExactly("seed=data/seed");
    assertThat(list("/link/seed")).containsExactly("seed=data/seed");
    assertThat(get("/data/seed")).hasSize(2048);
  }

  @Test
  void whatIsNotThereIsToldInDockersWords() {
    for (String path : List.of("/nope", "/esc/.", "/esc/f", "/proc/version", "/data/seed/x")) {
      assertThatThrownBy(() -> get(path))
          .as(path)
          .isInstanceOf(NotFound.class)
          .hasMessage("Could not find the file %s in container c1".formatted(path));
    }
    assertThatThrownBy(() -> archive.stat("nosuch", "/x")).hasMessage("No such container: nosuch");
    assertThatThrownBy(() -> put("/nodir", tar().file("f", "x")))
        .hasMessage("Could not find the file /nodir in container c1");
    assertThatThrownBy(() -> put("/etc/passwd", tar().file("f", "x")))
        .hasMessage("extraction point is not a directory");
  }

  private void put(String path, InputStreamOfTar tar) throws IOException {
    archive.put("c1", path, tar.stream(), PLAIN);
  }

  @Test
  void putMakesFilesWithTheirAttributes() throws IOException {
    put(
        "/tmp",
        tar().directory("d").file("d/f", "new").symlink("d/l", "f").hardLink("d/h", "d/f")
            .file("implied/deep/x", "y"));
    assertThat(list("/tmp"))
        .containsExactly("tmp/", "tmp/d/", "tmp/d/f=new", "tmp/d/h -> tmp/d/f", "tmp/d/l -> f",
            "tmp/implied/", "tmp/implied/deep/", "tmp/implied/deep/x=y");
    house.mounts.enter(subject, mounts, Map.of());
    var root = subject.active().merged();
    var file = Stat.path(ByteStrings.ofPath(root.resolve("tmp/d/f")), false);
    assertThat(List.of(file.permissions(), file.uid(), file.gid(), file.mtimeSec()))
        .isEqualTo(List.of(0640, 5, 6, 7L));
    var directory = Stat.path(ByteStrings.ofPath(root.resolve("tmp/d")), false);
    assertThat(List.of(directory.permissions(), directory.mtimeSec())).isEqualTo(List.of(0711, 8L));
    house.mounts.leave("c1");
  }

  @Test
  void putWithTheContainersUser() throws IOException {
    archive.put("c1", "/tmp", tar().file("f", "x").stream(), new Archive.Put(true, true));
    house.mounts.enter(subject, mounts, Map.of());
    var file = Stat.path(ByteStrings.ofPath(subject.active().merged().resolve("tmp/f")), false);
    house.mounts.leave("c1");
    assertThat(new Owner(file.uid(), file.gid())).isEqualTo(new Owner(1000, 100));
  }

  @Test
  void putFollowsSymlinksInsideOnly() throws IOException {
    put("/link", tar().file("new", "x"));
    assertThat(list("/data/new")).containsExactly("new=x");
    put("/", tar().file("link/sub/g", "over"));
    assertThat(list("/data/sub")).contains("sub/g=over");
    assertThatThrownBy(() -> put("/esc", tar().file("f", "evil")))
        .hasMessage("Could not find the file /esc in container c1");
    assertThatThrownBy(() -> put("/tmp", tar().symlink("lnk", "/../.." + canary).file("lnk/f", "x")))
        .hasMessage("Could not find the file /tmp in container c1");
    assertThatThrownBy(() -> put("/", tar().file("esc/f", "evil"))).isInstanceOf(NotFound.class);
  }

  @Test
  void namesThatLeadOutAreRefused() {
    assertThatThrownBy(() -> put("/tmp", tar().file("../../../../pwned", "hi")))
        .isInstanceOf(StowageException.Corrupt.class)
        .hasMessage("\"../../../../pwned\" is outside of \"/tmp\"");
    assertThatThrownBy(() -> put("/tmp", tar().hardLink("h", "../etc/passwd")))
        .hasMessage("invalid hardlink \"h\" -> \"../etc/passwd\"");
    assertThat(temp.resolve("pwned")).doesNotExist();
  }

  @Test
  void kindsAreKeptWhenAsked() throws IOException {
    assertThatThrownBy(() -> put("/", tar().file("data", "x")))
        .isInstanceOf(InvalidArgument.class)
        .hasMessage("cannot overwrite directory \"/data\" with non-directory \"/\"");
    assertThatThrownBy(() -> put("/data", tar().directory("seed")))
        .hasMessage("cannot overwrite non-directory \"/data/seed\" with directory \"/data\"");
    archive.put("c1", "/", tar().file("data", "x").stream(), new Archive.Put(false, false));
    assertThat(list("/data")).containsExactly("data=x");
  }

  @Test
  void volumesAndBindsArePartOfIt() throws IOException {
    var host = Files.createDirectory(temp.resolve("host"));
    claim("v1:/data", host + ":/mnt");
    put("/", tar().file("data/new", "volume").file("mnt/new", "bind"));
    assertThat(host.resolve("new")).hasContent("bind");
    assertThat(house.root.resolve("volumes/v1/_data/new")).hasContent("volume");
    assertThat(list("/")).contains("/data/new=volume", "/mnt/new=bind");
    assertThat(house.events).as("a look inside is nobody's event").isEmpty();
  }

  @Test
  void whatIsReadOnlyStaysAsItIs() throws IOException {
    claim("rov:/rov:ro", "rwv:/rwv");
    readOnly = true;
    assertThatThrownBy(() -> put("/tmp", tar().file("x", "")))
        .isInstanceOf(InvalidArgument.class)
        .hasMessage("container rootfs is marked read-only");
    assertThatThrownBy(() -> put("/rov", tar().file("x", "")))
        .hasMessage("mounted volume is marked read-only");
    put("/rwv", tar().file("x", "").symlink("out", "/tmp"));
    assertThatThrownBy(() -> put("/rwv", tar().file("out/x", "")))
        .hasMessage("container rootfs is marked read-only");
    readOnly = false;
    assertThatThrownBy(() -> put("/", tar().file("rov/x", "")))
        .hasMessage("mounted volume is marked read-only");
  }

  @Test
  void aDeepTreeIsCopiedBothWays() throws IOException {
    var deep = tar();
    String path = "d";
    for (int i = 0; i < 300; i++) {
      deep.directory(path);
      path += "/d";
    }
    put("/tmp", deep);
    assertThat(list("/tmp/d")).hasSize(300);
    archive.put("c1", "/tmp", tar().file("d", "x").stream(), new Archive.Put(false, false));
    assertThat(list("/tmp")).containsExactly("tmp/", "tmp/d=x");
  }
}
