package stowage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Digest;
import stowage.base.JsonObject;
import stowage.base.Progress;
import stowage.base.StowageException;

/** Naming and removing, in the words recorded from Docker's daemon. */
final class ImagesTest {
  private static final String CONTAINER = "0123456789ab" + "c".repeat(52);

  @TempDir Path folder;
  private Host host;
  private final byte[] tar = SampleImage.tar("f", SampleImage.random(1, 100));

  @BeforeEach
  void open() {
    host = new Host(folder);
  }

  @AfterEach
  void close() {
    host.close();
  }

  private Image make(String name, String... changes) {
    return host.images.importTar(
        new ByteArrayInputStream(tar),
        Optional.of(name).filter(n -> !n.isEmpty()),
        List.of(changes),
        "Imported from -",
        Optional.empty());
  }

  private static UsedBy by(boolean running, Image image) {
    return id ->
        id.equals(image.id()) ? List.of(new UsedBy.User(CONTAINER, running)) : List.of();
  }

  private List<String> remove(String name, boolean force, UsedBy users) {
    return host.images.remove(name, force, true, users).stream().map(Host::line).toList();
  }

  private static String brief(Image image) {
    return image.id().hex().substring(0, 12);
  }

  /** Two images of one parent, which has no name. */
  private Image commit(Image parent, byte[] layer, String name) {
    try (var lease = host.layers.lease()) {
      var added =
          host.layers.add(
              new ByteArrayInputStream(layer), Optional.empty(), lease, Progress.NONE, "");
      return host.images.commit(
          new CommitRequest(
              Optional.of(parent.id()),
              parent.diffIds(),
              added.layer().diffId(),
              CONTAINER,
              JsonObject.of(
                  Map.of("Cmd", List.of("sh"), "Hostname", "h", "Labels", Map.of("l", "1")), "c"),
              List.of("CMD [\"/bin/echo\",\"x\"]", "LABEL k=v"),
              "me",
              "msg",
              Optional.of(name).filter(n -> !n.isEmpty())));
    }
  }

  @Test
  void anImportedTarIsAnImage() {
    var image = make("imp:1", "ENV A=b", "EXPOSE 80", "WORKDIR /x", "USER u", "VOLUME /v");
    assertThat(image.tags()).containsExactly("imp:1");
    assertThat(image.config().environment()).containsExactly("A=b");
    assertThat(image.config().exposedPorts()).containsExactly("80/tcp");
    assertThat(image.config().workingDirectory()).isEqualTo("/x");
    assertThat(image.config().volumes()).containsExactly("/v");
    assertThat(image.diffIds()).containsExactly(Digest.of(tar));
    assertThat(image.sizeBytes()).isEqualTo(100);
    assertThat(host.images.history("imp:1"))
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.id()).isEqualTo(image.id().toString());
              assertThat(step.comment()).isEqualTo("Imported from -");
              assertThat(step.sizeBytes()).isEqualTo(100);
              assertThat(step.tags()).containsExactly("imp:1");
            });
    assertThat(host.eventLines())
        .containsExactly(
            "tag %s imp:1".formatted(image.id()), "import %s %s".formatted(image.id(), image.id()));
  }

  @Test
  void aBadImportLeavesNothing() {
    assertThatThrownBy(() -> make("g:1", "BADINSTR x"))
        .isInstanceOf(StowageException.InvalidArgument.class)
        .hasMessage("BADINSTR is not a valid change command");
    assertThatThrownBy(
            () ->
                host.images.importTar(
                    new ByteArrayInputStream("garbage\n".getBytes(StandardCharsets.US_ASCII)),
                    Optional.of("g:1"),
                    List.of(),
                    "",
                    Optional.empty()))
        .hasMessage("unexpected EOF");
    assertThat(host.isEmpty()).isTrue();
  }

  @Test
  void namesAreFoundAsDockerFindsThem() {
    var image = make("repo/app:1");
    var id = image.id().hex();
    for (var name :
        List.of(
            "repo/app:1", "docker.io/repo/app:1", id, "sha256:" + id, id.substring(0, 5),
            "sha256:" + id.substring(0, 9))) {
      assertThat(host.images.require(name).id()).as(name).isEqualTo(image.id());
    }
    noSuch("nosuch", "No such image: nosuch:latest");
    noSuch("repo/app", "No such image: repo/app:latest");
    noSuch("127.0.0.1:5055/a/b:2", "No such image: 127.0.0.1:5055/a/b:2");
    noSuch("f".repeat(64), "No such image: sha256:" + "f".repeat(64));
    assertThatThrownBy(() -> host.images.require("BAD:1"))
        .isInstanceOf(StowageException.InvalidArgument.class)
        .hasMessageContaining("must be lowercase");
    assertThat(host.images.find("nosuch")).isEmpty();
  }

  private void noSuch(String name, String message) {
    assertThatThrownBy(() -> host.images.require(name))
        .isInstanceOf(StowageException.NotFound.class)
        .hasMessage(message);
  }

  @Test
  void aTagMovesToAnotherImage() {
    var one = make("a:1", "LABEL e=1");
    var two = make("a:2", "LABEL e=2");
    host.images.tag("a:1", "moving");
    host.images.tag("a:2", "moving:latest");
    assertThat(host.images.require("moving").id()).isEqualTo(two.id());
    assertThat(host.images.require(one.id().toString()).tags()).containsExactly("a:1");
    assertThatThrownBy(() -> host.images.tag("nosuch", "x:1"))
        .hasMessage("No such image: nosuch:latest");
    assertThatThrownBy(() -> host.images.tag("a:1", "x:bad tag"))
        .isInstanceOf(StowageException.InvalidArgument.class);
  }

  @Test
  void removalFollowsDockersRulesWhenContainersUseIt() {
    var image = make("eimg:1", "LABEL e=1");
    assertThatThrownBy(() -> remove("eimg:1", false, by(true, image)))
        .isInstanceOf(StowageException.InUse.class)
        .hasMessage(
            "conflict: unable to remove repository reference \"eimg:1\" (must force) - container"
                + " 0123456789ab is using its referenced image " + brief(image));
    assertThat(remove("eimg:1", true, by(true, image))).containsExactly("Untagged: eimg:1");
    for (boolean force : List.of(true, false)) {
      assertThatThrownBy(() -> remove(image.id().toString(), force, by(true, image)))
          .hasMessage(
              "conflict: unable to delete %s (cannot be forced) - image is being used by running"
                  .formatted(brief(image)) + " container 0123456789ab");
    }
    assertThatThrownBy(() -> remove(image.id().toString(), false, by(false, image)))
        .hasMessage(
            "conflict: unable to delete %s (must be forced) - image is being used by stopped"
                .formatted(brief(image)) + " container 0123456789ab");
    assertThat(remove(image.id().toString(), true, by(false, image)))
        .first()
        .isEqualTo("Deleted: " + image.id());
    assertThat(host.isEmpty()).isTrue();
  }

  @Test
  void anImageOfSeveralTagsGoesByForceOnly() {
    var image = make("eimg:1");
    host.images.tag("eimg:1", "eimg:2");
    assertThatThrownBy(() -> remove(image.id().toString(), false, UsedBy.NOBODY))
        .hasMessage(
            "conflict: unable to delete %s (must be forced) - image is referenced in multiple"
                .formatted(brief(image)) + " repositories");
    host.images.importTar(
        new ByteArrayInputStream(tar),
        Optional.of("keeps-the-layer"),
        List.of("ENV a=b"),
        "",
        Optional.empty());
    assertThat(remove(image.id().toString(), true, UsedBy.NOBODY))
        .containsExactly("Untagged: eimg:1", "Untagged: eimg:2", "Deleted: " + image.id());
    assertThat(host.layers.list()).hasSize(1);
  }

  @Test
  void oneOfTwoTagsIsOnlyUntagged() {
    var image = make("a:1");
    host.images.tag("a:1", "b:1");
    assertThat(remove("a:1", false, by(true, image))).containsExactly("Untagged: a:1");
    assertThat(remove("b:1", false, UsedBy.NOBODY))
        .containsExactly(
            "Untagged: b:1", "Deleted: " + image.id(), "Deleted: " + Digest.of(tar));
    assertThat(host.isEmpty()).isTrue();
    noSuch("b:1", "No such image: b:1");
  }

  @Test
  void anImageWithChildrenCannotBeRemovedButUntagged() {
    var parent = make("p:1");
    var child = commit(parent, SampleImage.tar("g", new byte[] {1, 2, 3}), "c:1");
    assertThat(child.parent()).contains(parent.id());
    assertThat(child.config().command()).containsExactly("/bin/echo", "x");
    assertThat(child.config().labels()).containsOnly(Map.entry("k", "v"), Map.entry("l", "1"));
    assertThat(child.config().config().names()).doesNotContain("Hostname");
    assertThat(child.config().author()).isEqualTo("me");
    assertThat(host.images.history("c:1"))
        .extracting(HistoryEntry::id)
        .containsExactly(child.id().toString(), parent.id().toString());
    assertThat(host.images.usage().sharedBytes()).containsEntry(child.id(), 100L);
    assertThat(host.images.usage().layersBytes()).isEqualTo(103);
    assertThatThrownBy(() -> remove(parent.id().toString(), true, UsedBy.NOBODY))
        .hasMessageContaining("(cannot be forced) - image has dependent child images");
    assertThat(remove("p:1", false, UsedBy.NOBODY)).containsExactly("Untagged: p:1");
    assertThat(host.images.list(Map.of(), false)).extracting(Image::id).containsExactly(child.id());
    assertThat(host.images.list(Map.of(), true)).hasSize(2);
    // The parent goes with its last child.
    assertThat(remove("c:1", false, UsedBy.NOBODY))
        .contains("Deleted: " + child.id(), "Deleted: " + parent.id());
    assertThat(host.isEmpty()).isTrue();
  }

  @Test
  void pruneRemovesWhatDangles() {
    var kept = make("kept:1", "LABEL a=b");
    var dangling = make("x:1", "LABEL c=d");
    make("x:1", "LABEL e=f");
    assertThat(dangling.tags()).containsExactly("x:1");
    assertThat(host.images.list(Host.filter("dangling", "true"), false))
        .extracting(Image::id)
        .containsExactly(dangling.id());
    assertThatThrownBy(() -> host.images.prune(Host.filter("bad", "1"), UsedBy.NOBODY))
        .hasMessage("invalid filter 'bad'");
    var pruned = host.images.prune(Host.filter("label", "c=x"), UsedBy.NOBODY);
    assertThat(pruned.removals()).isEmpty();
    pruned = host.images.prune(Map.of(), UsedBy.NOBODY);
    assertThat(pruned.removals()).containsExactly(new Removal.Deleted(dangling.id().toString()));
    assertThat(pruned.reclaimedBytes()).isZero();
    pruned = host.images.prune(
        Map.of("dangling", List.of("false"), "until", List.of("24h")), UsedBy.NOBODY);
    assertThat(pruned.removals()).isEmpty();
    pruned = host.images.prune(Host.filter("dangling", "false"), by(true, kept));
    assertThat(host.images.list()).extracting(Image::id).containsExactly(kept.id());
    pruned = host.images.prune(Host.filter("dangling", "false"), UsedBy.NOBODY);
    assertThat(pruned.reclaimedBytes()).isEqualTo(100);
    assertThat(host.isEmpty()).isTrue();
  }

  @Test
  void listsAreFilteredAsDockerDoes() {
    var image = make("bb:1", "LABEL a=b");
    make("other/bc:2");
    assertThat(names(Host.filter("reference", "bb*"))).containsExactly("bb:1");
    assertThat(names(Host.filter("reference", "*/*"))).containsExactly("other/bc:2");
    assertThat(names(Host.filter("label", "a=b"))).containsExactly("bb:1");
    assertThat(names(Host.filter("label", "a"))).containsExactly("bb:1");
    assertThat(names(Host.filter("since", "bb:1"))).containsExactly("other/bc:2");
    assertThat(names(Host.filter("before", "other/bc:2"))).containsExactly("bb:1");
    assertThatThrownBy(() -> names(Host.filter("bad", "1"))).hasMessage("invalid filter 'bad'");
    assertThat(host.images.byId(image.id())).isPresent();
  }

  private List<String> names(Map<String, List<String>> filters) {
    return host.images.list(filters, false).stream().flatMap(i -> i.tags().stream()).toList();
  }
}
