package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.ByteStrings;
import stowage.linux.Attributes;
import stowage.linux.Fd;
import stowage.volume.Owner;

final class DoctorTest {
  private static final Owner USER = new Owner(1000, 100);

  @TempDir Path host;

  @BeforeEach
  void owner() throws IOException {
    set(2000, 200, 0750);
  }

  private void set(int uid, int gid, int mode) throws IOException {
    Attributes.fchownat(Fd.CWD, ByteStrings.ofPath(host), uid, gid);
    Attributes.fchmodat(Fd.CWD, ByteStrings.ofPath(host), mode);
  }

  private List<Doctor.Finding> examine(String mode) {
    return Doctor.examine(List.of(MountParser.bind(host + ":/x" + mode, "")), USER);
  }

  @Test
  void itSaysWhoOwnsWhatAndWhichOptionHelps() {
    var finding = examine("").getFirst();
    assertThat(finding.problem())
        .isEqualTo(
            host + " belongs to 2000:200 with mode 0750, and the container runs as 1000:100,"
                + " which cannot read or write or enter it or what it makes there");
    assertThat(finding.advice())
        .containsExactly(
            "-v " + host + ":/x:idmap=auto",
            "running the container with -u 2000:200",
            "chown -R 1000:100 " + host);
    assertThat(finding.toString()).contains("; try -v ");
  }

  @Test
  void theOwnersTheGroupsAndTheOthersRightsCount() throws IOException {
    set(1000, 200, 0700);
    assertThat(examine("")).isEmpty();
    set(2000, 100, 0770);
    assertThat(examine("")).isEmpty();
    set(2000, 100, 0750);
    assertThat(examine("").getFirst().problem()).contains("which cannot write it");
    assertThat(examine(":ro")).isEmpty();
    set(2000, 200, 0705);
    assertThat(examine(":ro")).isEmpty();
    set(1000, 200, 0077);
    assertThat(examine("")).as("the owner's own rights, and no others").hasSize(1);
  }

  @Test
  void anIdMapHelpsAndRootNeedsNone() {
    assertThat(examine(":idmap")).isEmpty();
    assertThat(examine(":idmap=uids=2000-1000-1;gids=200-100-1")).isEmpty();
    assertThat(examine(":idmap=uids=2000-1001-1")).hasSize(1);
    var bind = List.of(MountParser.bind(host + ":/x", ""));
    assertThat(Doctor.examine(bind, Owner.ROOT)).isEmpty();
  }

  @Test
  void aMissingSourceIsTold() {
    var gone = MountParser.bind("/nope/a b:/x", "");
    assertThat(Doctor.examine(List.of(gone), USER).getFirst().toString())
        .isEqualTo(
            "/nope/a b is not there (no such file or directory); try making it: mkdir -p"
                + " '/nope/a b'");
    assertThat(Doctor.check(List.of(gone), USER).getFirst().facts())
        .isEqualTo("/nope/a b: no such file or directory, the container runs as 1000:100");
  }
}
