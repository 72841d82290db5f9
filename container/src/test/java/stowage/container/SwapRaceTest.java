package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Mounts;
import stowage.linux.Open;
import stowage.linux.Rename;
import stowage.oci.TarEntry;
import stowage.oci.TarWriter;
import stowage.volume.Owner;

/**
 * A container that swaps a folder for a symlink to the host, as fast as it can, while the agent
 * works with that path (CVE-2018-15664, CVE-2021-25741, CVE-2021-30465): 10,000 swaps each, a canary
 * on the host stays as it is, and not a byte of it comes out.
 */
final class SwapRaceTest {
  private static final int SWAPS = 10_000;
  private static final int TRIES = 400;
  private static final String SECRET = "the host's secret";

  @TempDir Path temp;
  private House house;
  private Path canary;
  private MountApplier.Subject subject;

  @BeforeEach
  void start() throws IOException {
    house = new House(temp.resolve("house"));
    canary = Files.createDirectory(temp.resolve("canary"));
    Files.writeString(canary.resolve("f"), SECRET);
    subject = house.subject("c1", Owner.ROOT, house.layer("data/", "etc/"));
  }

  @AfterEach
  void stop() throws IOException {
    var mounted = house.mountPoints();
    house.close();
    assertThat(mounted).as("nothing stays mounted").isEmpty();
    assertThat(canary.resolve("f")).hasContent(SECRET);
    try (var files = Files.list(canary)) {
      assertThat(files).as("nothing was made on the host").hasSize(1);
    }
  }

  /** The container's side: {@code a} is a folder and {@code b} a symlink out, or the reverse. */
  private final class Swapper implements AutoCloseable {
    private final AtomicInteger swaps = new AtomicInteger();
    private int tries;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread;

    Swapper(Path directory) throws IOException {
      Files.createDirectories(directory.resolve("a"));
      Files.writeString(directory.resolve("a/f"), "mine");
      Files.createSymbolicLink(directory.resolve("b"), canary);
      String path = ByteStrings.ofPath(directory);
      thread =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try (Fd fd = Open.open(path, Open.O_RDONLY | Open.O_DIRECTORY)) {
                      while (!stopped.get()) {
                        Rename.exchangeAt(fd, "a", fd, "b");
                        swaps.incrementAndGet();
                      }
                    } catch (ErrnoException e) {
                      throw new AssertionError(e);
                    }
                  });
    }

    boolean goesOn() {
      assertThat(thread.isAlive()).isTrue();
      return swaps.get() < SWAPS || ++tries < TRIES;
    }

    @Override
    public void close() {
      stopped.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      assertThat(swaps.get()).isGreaterThanOrEqualTo(SWAPS);
    }
  }

  private Path volume() {
    house.volumes.create("v1", "", Map.of(), Map.of());
    return Path.of(house.volumes.require("v1").mountpoint());
  }

  @Test
  void copyingInAndOut() throws IOException {
    var data = volume();
    var mounts = house.mounts.claim(subject, House.plan("v1:/data")).mounts();
    var archive =
        new Archive(house.mounts, _ -> new Archive.Root(subject, mounts, Map.of(), false));
    house.mounts.enter(subject, mounts, Map.of());
    byte[] tar = tar();
    var put = new Archive.Put(false, false);
    int found = 0;
    try (var swapper = new Swapper(data)) {
      while (swapper.goesOn()) {
        found += attempt(() -> archive.put("c1", "/data/a", stream(tar), put));
        found += attempt(() -> archive.put("c1", "/", stream(tar), put));
        for (String path : List.of("/data/a/f", "/data/a", "/data")) {
          var out = new ByteArrayOutputStream();
          found += attempt(() -> archive.get("c1", path, _ -> out));
          assertThat(out.toString(StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
        }
      }
    } finally {
      house.mounts.leave("c1");
    }
    assertThat(found).as("times that the folder was there").isPositive();
  }

  private static ByteArrayInputStream stream(byte[] tar) {
    return new ByteArrayInputStream(tar);
  }

  /** 1 when it worked; where the symlink is at the moment nothing is there, inside the container. */
  private static int attempt(Runnable copy) {
    try {
      copy.run();
      return 1;
    } catch (StowageException missing) {
      assertThat(missing.getMessage()).doesNotContain(SECRET);
      return 0;
    }
  }

  private static byte[] tar() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var writer = new TarWriter(bytes)) {
      for (String name : List.of("f", "data/a/f", "data/a/new/g")) {
        writer.add(TarEntry.file(name, 0644, 4, 1), new ByteArrayInputStream(new byte[4]));
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void mountingASubpathOfAVolume() throws IOException {
    var data = volume();
    int mounted = 0;
    try (var swapper = new Swapper(data)) {
      while (swapper.goesOn()) {
        try (var tree = MountSources.subtree("v1", ByteStrings.ofPath(data), "a", false);
            var inside = Open.openat(tree, "f", Open.O_PATH)) {
          assertThat(stowage.linux.Stat.of(inside).size()).isEqualTo(4);
          mounted++;
        } catch (StowageException leadsOut) {
          assertThat(leadsOut).hasMessageContaining("leads out of it");
        }
      }
    }
    assertThat(mounted).isPositive();
  }

  @Test
  void makingTheTargetOfAMount() throws IOException {
    var data = volume();
    house.mounts.claim(subject, House.plan("v1:/data"));
    house.layers.mount(subject.active());
    String merged = ByteStrings.ofPath(subject.active().merged());
    int made = 0;
    try (var root = Open.open(merged, Open.O_PATH | Open.O_DIRECTORY);
        var tree = Mounts.openTree(Fd.CWD, ByteStrings.ofPath(data), Mounts.OPEN_TREE_CLONE);
        var at = RootWalk.to(root, "/data", RootWalk.Missing.DIRECTORY)) {
      Mounts.mountSetattr(root, 0, 0, 0, Mounts.MS_PRIVATE);
      Mounts.moveMount(tree, at.fd(), "");
      try (var swapper = new Swapper(data)) {
        while (swapper.goesOn()) {
          try (var target =
              RootWalk.to(root, "/data/a/made" + made, RootWalk.Missing.DIRECTORY)) {
            String path = stowage.linux.Directory.readlink(target.fd().procPath());
            assertThat(path).startsWith(merged + "/");
            made++;
          }
        }
      }
    } finally {
      Mounts.umount2(merged, Mounts.MNT_DETACH);
      house.layers.unmount(subject.active());
    }
    assertThat(made).isPositive();
  }
}
