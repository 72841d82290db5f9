package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenameTest {
  @TempDir Path dir;

  @BeforeEach
  void twoFiles() throws Exception {
    Scratch.write(dir, "first", "1");
    Scratch.write(dir, "second", "2");
  }

  @Test
  void noReplacePublishesOnce() throws Exception {
    var name = Scratch.path(dir, "name");
    Rename.noReplace(Scratch.path(dir, "first"), name);
    Scratch.fails(
        Errno.EEXIST, "renameat2", () -> Rename.noReplace(Scratch.path(dir, "second"), name));
    assertThat(Scratch.read(dir, "name")).as("the first publisher's bytes stay").isEqualTo("1");
    assertThat(Scratch.read(dir, "second")).as("the loser keeps its file").isEqualTo("2");
    try (var d = Scratch.open(dir)) {
      Scratch.fails(Errno.EEXIST, "renameat2", () -> Rename.noReplaceAt(d, "second", d, "name"));
      Rename.noReplaceAt(d, "second", d, "other");
    }
    assertThat(Scratch.read(dir, "other")).isEqualTo("2");
  }

  @Test
  void replaceReplaces() throws Exception {
    Rename.replace(Scratch.path(dir, "first"), Scratch.path(dir, "second"));
    assertThat(Scratch.read(dir, "second")).isEqualTo("1");
    Scratch.fails(
        Errno.ENOENT,
        "rename",
        () -> Rename.replace(Scratch.path(dir, "first"), Scratch.path(dir, "second")));
    try (var d = Scratch.open(dir)) {
      Rename.replaceAt(d, "second", d, "third");
      Scratch.fails(Errno.ENOENT, "renameat", () -> Rename.replaceAt(d, "second", d, "third"));
    }
    assertThat(Scratch.read(dir, "third")).isEqualTo("1");
  }

  @Test
  void exchangeSwaps() throws Exception {
    Rename.exchange(Scratch.path(dir, "first"), Scratch.path(dir, "second"));
    assertThat(Scratch.read(dir, "first")).isEqualTo("2");
    try (var d = Scratch.open(dir)) {
      Rename.exchangeAt(d, "first", d, "second");
      Scratch.fails(Errno.ENOENT, "renameat2", () -> Rename.exchangeAt(d, "first", d, "none"));
    }
    assertThat(Scratch.read(dir, "first")).isEqualTo("1");
  }
}
