package stowage.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MountTableTest {
  @Test
  void theManualsLineIsParsed() throws Exception {
    var mounts =
        MountTable.parse(
            "36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n"
                + "37 36 0:5 / /x ro,nodev shared:2 master:7 - tmpfs none rw\n"
                + "38 36 0:6 / /y ro - proc proc rw\n");
    assertThat(mounts).hasSize(3);
    var first = mounts.get(0);
    assertThat(first.id()).isEqualTo(36);
    assertThat(first.parentId()).isEqualTo(35);
    assertThat(first.devMajor()).isEqualTo(98);
    assertThat(first.root()).isEqualTo("/mnt1");
    assertThat(first.mountPoint()).isEqualTo("/mnt 2");
    assertThat(first.propagation()).containsExactly("master:1");
    assertThat(first.type()).isEqualTo("ext3");
    assertThat(first.source()).isEqualTo("/dev/root");
    assertThat(first.superOptions()).isEqualTo("rw,errors=continue");
    assertThat(first.readOnly()).isFalse();
    assertThat(first.shared()).isFalse();
    assertThat(mounts.get(1).propagation()).containsExactly("shared:2", "master:7");
    assertThat(mounts.get(1).shared()).isTrue();
    assertThat(mounts.get(1).readOnly()).isTrue();
    assertThat(mounts.get(2).propagation()).isEmpty();
    assertThat(mounts.get(2).readOnly()).isTrue();
  }

  @Test
  void whatIsNoLineIsRefused() {
    for (var line : new String[] {"x", "1 2 3:4 / / rw", "1 2 3:4 / / rw a b c d e f", " "}) {
      assertThatThrownBy(() -> MountTable.parse(line)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void thisProcessAndOthersHaveMounts() throws Exception {
    assertThat(MountTable.own()).isNotEmpty();
    assertThat(MountTable.of(1)).anyMatch(mount -> mount.mountPoint().equals("/"));
    assertThat(MountTable.at("/proc")).hasValueSatisfying(
        mount -> assertThat(mount.type()).isEqualTo("proc"));
    assertThat(MountTable.at("/nowhere")).isEmpty();
    assertThatThrownBy(() -> MountTable.of(0)).isInstanceOf(IOException.class);
  }
}
