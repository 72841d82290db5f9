package stowage.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.linux.Open;

/** The first content of a filesystem; to it a directory is as good as one. */
class EbsFillTest {
  private static final String ID = "0".repeat(64);

  @TempDir Path folder;

  private Path image;
  private Path target;
  private EbsFill fill;

  @BeforeEach
  void make() throws IOException {
    image = Files.createDirectory(folder.resolve("image"));
    Files.writeString(Files.createDirectory(image.resolve("a")).resolve("b"), "deep");
    Files.createDirectory(image.resolve("lost+found"));
    Files.writeString(image.resolve("c"), "top");
    HostTools.ok("chown", "7:8", image.toString());
    target = Files.createDirectory(folder.resolve("target"));
    fill = new EbsFill(target.toString(), ID);
  }

  private boolean run() throws IOException {
    try (var source = Open.open(ByteStrings.ofPath(image), Open.O_RDONLY)) {
      return fill.run(source);
    }
  }

  private void isTheImage() throws IOException {
    assertThat(names()).containsExactly("a", "c", "lost+found");
    assertThat(target.resolve("a/b")).hasContent("deep");
    assertThat(target.resolve("c")).hasContent("top");
    assertThat(HostTools.ok("stat", "-c", "%u:%g", target.toString())).isEqualTo("7:8");
  }

  private Stream<String> names() throws IOException {
    return Files.list(target).map(f -> f.getFileName().toString()).sorted();
  }

  @Test
  void anEmptyOneGetsAllOfIt() throws IOException {
    Files.createDirectory(target.resolve("lost+found"));
    assertThat(run()).isTrue();
    isTheImage();
  }

  @Test
  void contentStaysAsItIs() throws IOException {
    Files.writeString(target.resolve("mine"), "x");
    assertThat(run()).isFalse();
    assertThat(names()).containsExactly("mine");
  }

  @Test
  void whatWasFoundAfterADamageIsContent() throws IOException {
    Files.writeString(Files.createDirectory(target.resolve("lost+found")).resolve("#12"), "x");
    assertThat(run()).isFalse();
    assertThat(target.resolve("lost+found/#12")).hasContent("x");
  }

  @Test
  void aCopyThatWasStoppedIsDroppedAndMadeAnew() throws IOException {
    var half = Files.createDirectories(target.resolve(".stowage-fill-" + ID + "/a"));
    Files.writeString(half.resolve("half"), "x");
    assertThat(fill.isEmpty()).isTrue();
    fill.finish();
    assertThat(names()).isEmpty();
    Files.createDirectories(target.resolve(".stowage-fill-" + ID + "/z"));
    assertThat(run()).isTrue();
    isTheImage();
  }

  @Test
  void movesThatWereStoppedAreFinishedWhereverThatWas() throws IOException {
    for (int moved = 0; moved <= 3; moved++) {
      HostTools.ok(
          "sh", "-c", "rm -rf %s/* %s/.s*; chown 0:0 %s".formatted(target, target, target));
      var move = target.resolve(".stowage-move-" + ID);
      HostTools.ok("cp", "-a", image.toString(), move.toString());
      var entries = new String[] {"a", "c", "lost+found"};
      for (int i = 0; i < moved; i++) {
        Files.move(move.resolve(entries[i]), target.resolve(entries[i]));
      }
      fill.finish();
      isTheImage();
      assertThat(run()).isFalse();
    }
  }

  @Test
  void anotherVolumesLeftoverIsContent() throws IOException {
    Files.createDirectory(target.resolve(".stowage-fill-" + "1".repeat(64)));
    assertThat(run()).isFalse();
  }
}
