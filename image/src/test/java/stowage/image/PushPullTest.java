package stowage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;
import stowage.image.RegistrySettings.PushCompression;

/** Flow 20 of the recorded sessions, against a real registry. */
final class PushPullTest {
  private static final RegistryAuth USER = new RegistryAuth("user", "pass", "", "", "");

  @TempDir Path folder;
  private Host host;
  private final SampleImage image = SampleImage.of(11, 2, 700_000);

  @BeforeEach
  void open() {
    assumeTrue(
        DockerRegistry.isThere(), "no /usr/bin/docker-registry: apt-get install docker-registry");
    host = new Host(folder);
  }

  @AfterEach
  void close() {
    if (host != null) {
      host.close();
    }
  }

  private DockerRegistry registry(String more) throws IOException {
    return new DockerRegistry(folder.resolve("registry"), more);
  }

  private void push(Host from, String repository, RegistryAuth auth) {
    from.told.lines.clear();
    from.images.push(repository, Optional.of("1"), auth, from.told);
  }

  private List<String> pull(Host to, String reference) {
    to.told.lines.clear();
    to.pull(reference);
    return List.copyOf(to.told.lines);
  }

  @Test
  void pushAndPullSayWhatDockerSays() throws IOException {
    try (var registry = registry("")) {
      String name = registry.host() + "/t/bb";
      host.load(SampleArchive.docker(image, true, "bb:1"));
      host.images.tag("bb:1", name + ":1");

      push(host, name, RegistryAuth.NONE);
      String top = Names.brief(image.diffId(1));
      assertThat(host.told.lines)
          .startsWith("The push refers to repository [" + name + "]", top + ": Preparing")
          .contains(top + ": Pushing", top + ": Pushed")
          .endsWith("pushed 1");
      var digest = host.images.require(name + ":1").repoDigests().getFirst();
      assertThat(host.told.lines.get(host.told.lines.size() - 2))
          .matches("1: digest: " + digest.substring(digest.indexOf('@') + 1) + " size: \\d+");

      push(host, name, RegistryAuth.NONE);
      assertThat(host.told.lines).contains(top + ": Layer already exists");
      assertThat(host.told.lines).noneMatch(line -> line.endsWith("Pushed"));

      assertThat(host.remove(name + ":1"))
          .containsExactly("Untagged: " + name + ":1", "Untagged: " + digest);
      assertThat(pull(host, name + ":1"))
          .containsExactly(
              "1: Pulling from t/bb",
              "Digest: " + digest.substring(digest.indexOf('@') + 1),
              "Status: Downloaded newer image for " + name + ":1");
      assertThat(pull(host, name + ":1"))
          .endsWith("Status: Image is up to date for " + name + ":1");
      assertThat(pull(host, digest))
          .startsWith(digest + ": Pulling from t/bb")
          .endsWith("Status: Image is up to date for " + digest);
      host.told.lines.clear();
      host.images.pullAll(name, Optional.empty(), RegistryAuth.NONE, host.told);
      assertThat(host.told.lines).endsWith("Status: Image is up to date for " + name);
    }
  }

  @Test
  void anotherHostPullsTheSameImage() throws IOException {
    try (var registry = registry("");
        var second = new Host(folder.resolve("second"))) {
      String name = registry.host() + "/t/bb";
      host.load(SampleArchive.docker(image, true, name + ":1"));
      push(host, name, RegistryAuth.NONE);
      var lines = pull(second, name + ":1");
      assertThat(lines).filteredOn(line -> line.endsWith(": Pulling fs layer")).hasSize(2);
      assertThat(lines).filteredOn(line -> line.endsWith(": Download complete")).hasSize(2);
      assertThat(lines).filteredOn(line -> line.endsWith(": Pull complete")).hasSize(2);
      assertThat(second.images.require(name + ":1"))
          .usingRecursiveComparison()
          .ignoringFields("lastTagged")
          .isEqualTo(host.images.require(name + ":1"));
      assertThat(second.eventLines())
          .containsExactly("pull " + name + ":1 " + name);
      // Pushed on under another name, the digest stays and no layer is sent again.
      second.images.tag(name + ":1", registry.host() + "/u/bb:1");
      push(second, registry.host() + "/u/bb", RegistryAuth.NONE);
      assertThat(second.told.lines).contains(
          Names.brief(image.diffId(0)) + ": Mounted from t/bb");
      var digests = second.images.require(name + ":1").repoDigests();
      assertThat(digests).hasSize(2);
      assertThat(digests.get(0).replaceAll(".*@", ""))
          .isEqualTo(digests.get(1).replaceAll(".*@", ""));
    }
  }

  @Test
  void whatIsNotThereIsSaidAsDockerSaysIt() throws IOException {
    try (var registry = registry("")) {
      host.load(SampleArchive.docker(image, true, registry.host() + "/t/bb:1"));
      push(host, registry.host() + "/t/bb", RegistryAuth.NONE);
      for (var name : List.of("t/bb:nosuch", "nosuch/x:1")) {
        String whole = registry.host() + "/" + name;
        assertThatThrownBy(() -> host.pull(whole))
            .isInstanceOf(StowageException.NotFound.class)
            .hasMessage(
                "manifest for %s not found: manifest unknown: manifest unknown".formatted(whole));
      }
      assertThatThrownBy(() -> push(host, registry.host() + "/none/none", RegistryAuth.NONE))
          .isInstanceOf(StowageException.NotFound.class)
          .hasMessage(
              "An image does not exist locally with the tag: " + registry.host() + "/none/none");
    }
  }

  @Test
  void basicAuthIsAskedForAndGiven() throws IOException {
    try (var registry = registry(DockerRegistry.basicAuth())) {
      String name = registry.host() + "/t/bb";
      host.load(SampleArchive.docker(image, true, name + ":1"));
      assertThatThrownBy(() -> push(host, name, RegistryAuth.NONE))
          .isInstanceOf(StowageException.Denied.class)
          .hasMessageContaining("no basic auth credentials");
      push(host, name, USER);
      assertThatThrownBy(() -> host.pull(name + ":1"))
          .isInstanceOf(StowageException.Denied.class);
      var login = new RegistryAuth("user", "pass", "", "", registry.host());
      assertThat(host.images.login(login)).isEqualTo(new Login("Login Succeeded", ""));
      assertThatThrownBy(
              () ->
                  host.images.login(
                      new RegistryAuth("user", "wrong", "", "", registry.host())))
          .isInstanceOf(StowageException.Denied.class);
      assertThat(host.told.lines).noneMatch(line -> line.contains("pass"));
    }
  }

  @Test
  void zstdIsPushedAndPulled() throws IOException {
    var settings =
        new RegistrySettings(
            RegistrySettings.DEFAULT.plainHttp(), Optional.empty(), false, PushCompression.ZSTD);
    try (var registry = registry("");
        var zstd = new Host(folder.resolve("zstd"), settings)) {
      String name = registry.host() + "/t/z";
      zstd.load(SampleArchive.docker(image, true, name + ":1"));
      push(zstd, name, RegistryAuth.NONE);
      pull(host, name + ":1");
      assertThat(host.images.require(name + ":1").id()).isEqualTo(image.id());
    }
  }

  @Test
  void aCheckMendsConfigsManifestsAndLayers() throws IOException {
    try (var registry = registry("")) {
      String name = registry.host() + "/t/bb";
      host.load(SampleArchive.docker(image, true, name + ":1"));
      push(host, name, RegistryAuth.NONE);
      var check = new StoreCheck(host.records, host.layers, host.images);
      assertThat(check.check(StoreCheck.Subset.ALL, false, Host.quiet()).damaged()).isEmpty();
      for (var file : host.files()) {
        if (file.endsWith(".tar") || file.startsWith("blobs/")) {
          byte[] bytes = Files.readAllBytes(host.root.resolve(file));
          bytes[bytes.length / 2] ^= 4;
          Files.write(host.root.resolve(file), bytes);
          var damaged = check.check(StoreCheck.Subset.ALL, false, Host.quiet()).damaged();
          assertThat(damaged).as(file).hasSize(1);
          assertThat(damaged.getFirst().mended()).as(file).isTrue();
          assertThat(damaged.getFirst().images()).contains(name + ":1");
          assertThat(check.check(StoreCheck.Subset.ALL, false, Host.quiet()).damaged()).isEmpty();
        }
      }
    }
    // Without the registry it is told and stays.
    Files.delete(host.root.resolve("blobs/sha256/" + image.id().hex()));
    var check = new StoreCheck(host.records, host.layers, host.images);
    var damaged = check.check(StoreCheck.Subset.ALL, false, Host.quiet()).damaged();
    assertThat(damaged).hasSize(1);
    assertThat(damaged.getFirst().mended()).isFalse();
    host.load(SampleArchive.docker(image, true, "again:1"));
    assertThat(check.check(StoreCheck.Subset.ALL, false, Host.quiet()).damaged()).isEmpty();
  }

  @Test
  void whatHasRottenIsNotHandedOn() throws IOException {
    try (var registry = registry("")) {
      String name = registry.host() + "/t/bb";
      host.load(SampleArchive.docker(image, true, name + ":1"));
      Path tar = host.root.resolve("layers/sha256/" + image.diffId(1).hex() + ".tar");
      byte[] bytes = Files.readAllBytes(tar);
      bytes[100_000] ^= 1;
      Files.write(tar, bytes);
      assertThatThrownBy(() -> push(host, name, RegistryAuth.NONE))
          .isInstanceOf(StowageException.Corrupt.class)
          .hasMessageContaining(image.diffId(1) + ": its stored bytes are damaged");
      assertThatThrownBy(() -> host.save(name + ":1"))
          .isInstanceOf(StowageException.Corrupt.class)
          .hasMessageContaining("stored bytes are damaged");
      assertThatThrownBy(() -> host.pull(registry.host() + "/t/bb:1"))
          .hasMessageContaining("not found");
    }
  }

  @Test
  void aPullHealsWhatHasRottenOnDisk() throws IOException {
    try (var registry = registry("")) {
      String name = registry.host() + "/t/bb";
      host.images.load(
          new ByteArrayInputStream(SampleArchive.docker(image, true, name + ":1")), LoadSink.NONE);
      push(host, name, RegistryAuth.NONE);
      Path tar = host.root.resolve("layers/sha256/" + image.diffId(1).hex() + ".tar");
      byte[] bytes = Files.readAllBytes(tar);
      bytes[70_000] ^= 1;
      Files.write(tar, bytes);
      assertThat(pull(host, name + ":1")).anyMatch(line -> line.endsWith("Pull complete"));
      assertThat(Arrays.equals(Files.readAllBytes(tar), image.tars.get(1))).isTrue();
      bytes[80_000] ^= 1;
      Files.write(tar, bytes);
      assertThat(host.images.heal(image.diffId(1), Host.quiet())).isTrue();
      assertThat(Arrays.equals(Files.readAllBytes(tar), image.tars.get(1))).isTrue();
    }
  }
}
