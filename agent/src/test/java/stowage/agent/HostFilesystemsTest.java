package stowage.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stowage.base.StowageException.Failed;
import stowage.volume.Filesystems.Found;

/** The host's real programs, on files: to them a file is as good as a device. */
class HostFilesystemsTest {
  private static final long SIZE = 512L << 20;

  @TempDir Path folder;

  private final HostFilesystems tools = new HostFilesystems();
  private String device;

  @BeforeEach
  void makeDevice() throws IOException {
    device = folder.resolve("device").toString();
    grow(SIZE);
  }

  private void grow(long size) throws IOException {
    try (var file = new RandomAccessFile(device, "rw")) {
      file.setLength(size);
    }
  }

  private void write(long offset, byte... bytes) throws IOException {
    try (var file = new RandomAccessFile(device, "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void whatIsMadeIsFoundAndNotMadeAgainUnlessSaid(String type) {
    assertThat(tools.probe(device)).isEqualTo(new Found.Nothing());
    tools.make(device, type, false);
    assertThat(tools.probe(device)).isEqualTo(new Found.Filesystem(type));
    tools.make(device, type, true);
    assertThat(tools.probe(device)).isEqualTo(new Found.Filesystem(type));
  }

  @Test
  void xfsRefusesToBeMadeOverAnythingByItself() {
    tools.make(device, "ext4", false);
    assertThatThrownBy(() -> tools.make(device, "xfs", false))
        .isInstanceOf(Failed.class)
        .hasMessageContaining("appears to contain an existing filesystem");
    assertThat(tools.probe(device)).isEqualTo(new Found.Filesystem("ext4"));
  }

  @Test
  void partitionsAndSeveralSignaturesAreNoFilesystem() throws IOException {
    write(446, new byte[] {0, 0, 2, 0, (byte) 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0, 8, 0});
    write(510, (byte) 0x55, (byte) 0xaa);
    assertThat(tools.probe(device)).isEqualTo(new Found.Other("a partition table (dos)"));
    tools.make(device, "xfs", true);
    write(0x10040, "_BHRfS_M".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThat(tools.probe(device)).isNotInstanceOf(Found.Filesystem.class);
  }

  @Test
  void ext4GrowsWhereItIsNotMounted() throws IOException {
    tools.make(device, "ext4", false);
    grow(2 * SIZE);
    tools.growUnmounted(device);
    try (var file = new RandomAccessFile(device, "r")) {
      file.seek(1024 + 4);
      assertThat((long) Integer.reverseBytes(file.readInt()) << 12).isEqualTo(2 * SIZE);
    }
  }

  @Test
  void aDeviceThatIsNotThereIsAFailureAndNotBlank() {
    assertThatThrownBy(() -> tools.probe("/nowhere/at/all")).isInstanceOf(Failed.class);
    assertThatThrownBy(() -> tools.make("/nowhere/at/all", "ext4", false))
        .isInstanceOf(Failed.class);
  }
}
