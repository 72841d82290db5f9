package stowage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link Disk} promises as long as nothing crashes. */
abstract class DiskContract {
  /** An empty disk. */
  protected abstract Disk disk() throws IOException;

  static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static void write(Disk disk, String name, byte[] bytes) throws IOException {
    try (var file = disk.create(name)) {
      file.write(ByteBuffer.wrap(bytes));
      file.sync();
    }
  }

  static byte[] read(Disk disk, String name) throws IOException {
    try (var file = disk.open(name)) {
      var bytes = ByteBuffer.allocate((int) file.size());
      while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
        continue;
      }
      return bytes.array();
    }
  }

  @Test
  void aFileHasWhatWasWritten() throws IOException {
    var disk = disk();
    byte[] bytes = random(100_000);
    try (var file = disk.create("a")) {
      file.write(ByteBuffer.wrap(bytes, 0, 60_000));
      var direct = ByteBuffer.allocateDirect(40_000).put(bytes, 60_000, 40_000).flip();
      file.write(direct);
      assertThat(direct.hasRemaining()).isFalse();
      assertThat(file.size()).isEqualTo(100_000);
      file.sync();
    }
    assertThat(disk.size("a")).hasValue(100_000);
    assertThat(read(disk, "a")).isEqualTo(bytes);
    try (var file = disk.open("a")) {
      var part = ByteBuffer.allocate(10);
      assertThat(file.read(part, 99_995)).isEqualTo(5);
      assertThat(file.read(part, 100_000)).isEqualTo(-1);
      assertThat(file.read(part, 1_000_000)).isEqualTo(-1);
    }
  }

  @Test
  void whatIsSkippedIsZero() throws IOException {
    var disk = disk();
    try (var file = disk.create("a")) {
      file.skip(3);
      file.write(ByteBuffer.wrap(new byte[] {1}));
      file.skip(10_000);
      file.write(ByteBuffer.wrap(new byte[] {2}));
      file.skip(2);
      assertThat(file.size()).isEqualTo(10_007);
    }
    byte[] wanted = new byte[10_007];
    wanted[3] = 1;
    wanted[10_004] = 2;
    assertThat(read(disk, "a")).isEqualTo(wanted);
  }

  @Test
  void aFileIsCreatedOnlyWhereNothingIs() throws IOException {
    var disk = disk();
    write(disk, "a", random(10));
    disk.makeDirectory("d");
    assertThatThrownBy(() -> disk.create("a")).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.create("d")).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.create("x/a")).isInstanceOf(NoSuchFileException.class);
    assertThat(read(disk, "a")).isEqualTo(random(10));
  }

  @Test
  void whatIsNotThereIsSaidSo() throws IOException {
    var disk = disk();
    assertThat(disk.size("a")).isEmpty();
    assertThat(disk.size("a/b")).isEmpty();
    assertThat(disk.remove("a")).isFalse();
    assertThat(disk.removeTree("a")).isFalse();
    assertThatThrownBy(() -> disk.open("a")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.list("a")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.rename("a", "b")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.replace("a", "b")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.syncDirectory("a")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.syncTree("a")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void namesAreListedSorted() throws IOException {
    var disk = disk();
    disk.makeDirectory("d/e/f");
    disk.makeDirectory("d/e");
    write(disk, "d/z", random(1));
    write(disk, "d/\u00e9\u0001", random(1)); // bytes, not text
    assertThat(disk.list("d")).containsExactly("e", "z", "\u00e9\u0001");
    assertThat(disk.list("")).containsExactly("d");
    assertThat(disk.list("d/e/f")).isEmpty();
    assertThat(disk.size("d/e")).isPresent();
    assertThatThrownBy(() -> disk.makeDirectory("d/z")).isInstanceOf(IOException.class);
  }

  @Test
  void aRenameMovesAndNeverReplaces() throws IOException {
    var disk = disk();
    disk.makeDirectory("d");
    write(disk, "a", random(1));
    write(disk, "b", random(2));
    disk.rename("a", "d/a");
    assertThat(disk.size("a")).isEmpty();
    assertThat(read(disk, "d/a")).isEqualTo(random(1));
    assertThatThrownBy(() -> disk.rename("b", "d/a"))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> disk.rename("b", "x/a")).isInstanceOf(NoSuchFileException.class);
    assertThat(read(disk, "d/a")).isEqualTo(random(1));
    assertThat(read(disk, "b")).isEqualTo(random(2));
    disk.makeDirectory("e");
    assertThatThrownBy(() -> disk.rename("d", "e")).isInstanceOf(FileAlreadyExistsException.class);
    disk.rename("d", "f");
    assertThat(read(disk, "f/a")).isEqualTo(random(1));
  }

  @Test
  void aReplacementIsThereAtOnce() throws IOException {
    var disk = disk();
    write(disk, "a", random(1));
    write(disk, "b", random(2));
    disk.replace("a", "b");
    assertThat(read(disk, "b")).isEqualTo(random(1));
    disk.replace("b", "c");
    assertThat(disk.list("")).containsExactly("c");
  }

  @Test
  void aFileIsRemovedAndADirectoryIsNot() throws IOException {
    var disk = disk();
    disk.makeDirectory("d");
    write(disk, "d/a", random(1));
    assertThatThrownBy(() -> disk.remove("d")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> disk.removeTree("d/a")).isInstanceOf(IOException.class);
    assertThat(disk.remove("d/a")).isTrue();
    assertThat(disk.list("d")).isEmpty();
  }

  @Test
  void aTreeIsRemovedWhole() throws IOException {
    var disk = disk();
    disk.makeDirectory("d/e/f");
    write(disk, "d/e/f/a", random(1));
    write(disk, "d/b", random(1));
    write(disk, "c", random(1));
    assertThat(disk.removeTree("d")).isTrue();
    assertThat(disk.list("")).containsExactly("c");
  }

  @Test
  void aRemovedFileCanStillBeRead() throws IOException {
    var disk = disk();
    write(disk, "a", random(100));
    try (var file = disk.open("a")) {
      disk.remove("a");
      assertThat(file.read(ByteBuffer.allocate(100), 0)).isEqualTo(100);
    }
  }

  @Test
  void syncingChangesNothing() throws IOException {
    var disk = disk();
    disk.makeDirectory("d");
    write(disk, "d/a", random(100));
    disk.syncDirectory("d");
    disk.syncDirectory("");
    disk.syncTree("d");
    assertThat(read(disk, "d/a")).isEqualTo(random(100));
  }
}
