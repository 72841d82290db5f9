package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XattrsTest {
  private static final long SEED = Long.getLong("seed", 7);

  @TempDir Path dir;
  private Fd directory;
  private Fd file;

  @BeforeEach
  void aFileAndALink() throws Exception {
    directory = Scratch.open(dir);
    file = Scratch.create(dir, "f");
    Directory.symlinkat("f", directory, "link");
  }

  @AfterEach
  void close() {
    file.close();
    directory.close();
  }

  @Test
  void valuesAreAnyBytes() throws Exception {
    var value = new byte[3000]; // more than the first guess of a size
    new Random(SEED).nextBytes(value);
    Xattrs.set(file, "user.large", value, 0);
    Xattrs.set(file, "user.empty", new byte[0], 0);
    assertThat(Xattrs.get(file, "user.large")).contains(value);
    assertThat(Xattrs.get(file, "user.empty")).contains(new byte[0]);
    assertThat(Xattrs.get(file, "user.none")).isEmpty();
    assertThat(Xattrs.list(file)).containsExactlyInAnyOrder("user.large", "user.empty");
    Xattrs.remove(file, "user.large");
    assertThat(Xattrs.list(file)).containsExactly("user.empty");
    Scratch.fails(
        Errno.ENODATA, "removexattr", () -> Xattrs.remove(file, "user.large"));
  }

  @Test
  void createAndReplaceAreChecked() throws Exception {
    var value = new byte[] {1};
    Scratch.fails(
        Errno.ENODATA,
        "setxattr",
        () -> Xattrs.set(file, "user.a", value, Xattrs.XATTR_REPLACE));
    Xattrs.set(file, "user.a", value, Xattrs.XATTR_CREATE);
    Scratch.fails(
        Errno.EEXIST, "setxattr", () -> Xattrs.set(file, "user.a", value, Xattrs.XATTR_CREATE));
  }

  @Test
  void aSymlinkHasItsOwn() throws Exception {
    var value = new byte[] {'x'};
    Xattrs.setAt(directory, "link", "trusted.t", value, 0);
    assertThat(Xattrs.list(file)).isEmpty();
    assertThat(Xattrs.listAt(directory, "link")).containsExactly("trusted.t");
    assertThat(Xattrs.getAt(directory, "link", "trusted.t")).contains(value);
    try (var link = Open.openat(directory, "link", Open.O_PATH | Open.O_NOFOLLOW)) {
      assertThat(Xattrs.get(link, "trusted.t")).contains(value);
      Xattrs.set(link, "trusted.u", value, 0);
      assertThat(Xattrs.list(link)).containsExactlyInAnyOrder("trusted.t", "trusted.u");
      Xattrs.remove(link, "trusted.u");
    }
    Xattrs.removeAt(directory, "link", "trusted.t");
    assertThat(Xattrs.listAt(directory, "link")).isEmpty();
    Scratch.fails(
        Errno.EPERM, "lsetxattr", () -> Xattrs.setAt(directory, "link", "user.x", value, 0));
    Scratch.fails(
        Errno.ENOENT, "lgetxattr", () -> Xattrs.getAt(directory, "none", "user.x"));
    Scratch.fails(Errno.ENOENT, "llistxattr", () -> Xattrs.listAt(directory, "none"));
    Scratch.fails(
        Errno.ENODATA, "lremovexattr", () -> Xattrs.removeAt(directory, "link", "trusted.t"));
  }

  @Test
  void manyNamesAreListedWhole() throws Exception {
    for (int i = 0; i < 40; i++) {
      Xattrs.set(file, "user.a-name-that-is-rather-long-so-that-they-add-up-" + i, new byte[0], 0);
    }
    assertThat(Xattrs.list(file)).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void fileCapabilitiesAreKeptAsTheyAre() throws Exception {
    // VFS_CAP_REVISION_2, cap_net_bind_service=ep
    var capability =
        new byte[] {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    Xattrs.setAt(directory, "f", "security.capability", capability, 0);
    assertThat(Xattrs.get(file, "security.capability")).contains(capability);
  }
}
