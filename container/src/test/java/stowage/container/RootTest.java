package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;
import stowage.layer.PathChange;

/** A container's root: what it shows of the image, what is in it of the agent's, what goes out. */
class RootTest {
  private static final Lifecycle INIT = new Lifecycle(RestartPolicy.NO, false, "", -1, true, "");

  @TempDir Path base;
  private Rig rig;

  @BeforeEach
  void open() throws IOException {
    rig = new Rig(base);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void onlyWhatTheContainerWroteIsAChange() {
    String id =
        rig.run(
                ContainerSpec.of("box", "sh", "-c", "touch /tmp/new; rm /etc/group; cat /etc/hosts")
                    .with(INIT))
            .id();
    assertThat(rig.containers.changes(id))
        .containsExactly(
            new PathChange(PathChange.Kind.MODIFIED, "/etc"),
            new PathChange(PathChange.Kind.DELETED, "/etc/group"),
            new PathChange(PathChange.Kind.MODIFIED, "/tmp"),
            new PathChange(PathChange.Kind.ADDED, "/tmp/new"));
  }

  @Test
  void anInitReapsWhatNobodyWaitsFor() {
    var result =
        rig.run(ContainerSpec.of("box", "sh", "-c", "cat /proc/1/comm; exit 6").with(INIT));
    assertThat(result.out()).startsWith("init");
    assertThat(result.code()).isEqualTo(6);
  }

  @Test
  void anImageOfItHasWhatItWroteAndNothingOfTheAgents() {
    String id = rig.run("sh", "-c", "echo kept > /kept").id();
    rig.containers.commit(
        id,
        Optional.of("kept"),
        "me",
        "",
        List.of("CMD [\"cat\",\"/kept\"]"),
        Optional.empty(),
        true);
    assertThat(rig.run(ContainerSpec.of("kept")).out()).isEqualTo("kept\n");
  }

  @Test
  void anExportIsItsFilesWithoutItsMounts() throws Exception {
    Path bound = Files.createDirectory(base.resolve("bound"));
    Files.writeString(bound.resolve("secret"), "of the host");
    var storage =
        new Storage(
            MountRequest.NONE, List.of(Mount.Bind.of(bound.toString(), "/bound", false)), false, 0);
    String id =
        rig.detached(
            ContainerSpec.of("box", "sh", "-c", "echo kept > /kept; cat /bound/secret; sleep 1000")
                .with(storage));
    rig.awaitLog(id, "of the host");
    var tar = new ByteArrayOutputStream();
    rig.containers.export(id, tar);
    var listing = new ProcessBuilder("tar", "-t").redirectErrorStream(true).start();
    try (var in = listing.getOutputStream()) {
      new ByteArrayInputStream(tar.toByteArray()).transferTo(in);
    }
    var names = new String(listing.getInputStream().readAllBytes()).lines().toList();
    assertThat(listing.waitFor()).isZero();
    assertThat(names)
        .contains("bin/busybox", "etc/passwd", "kept", "bound/", ".dockerenv")
        .doesNotContain("bound/secret", "proc/1/");
    assertThat(rig.exec(id, Exec.Request.of("cat", "/bound/secret")).out())
        .isEqualTo("of the host");
  }

  @Test
  void linksOfAnImageLeadNobodyOutOfIt() throws IOException {
    Path outside = Files.createDirectory(base.resolve("outside"));
    rig.link("evil2", "/proc", outside.toString());
    rig.link("evil3", "/sys", "../../../../.." + outside);
    rig.link("evil4", "/etc/hosts", "/../../../../../../.." + outside + "/hosts");
    rig.link("evil5", "/dev", outside.toString());
    for (String image : List.of("evil2", "evil3", "evil4", "evil5")) {
      var result = rig.run(ContainerSpec.of(image, "cat", "/proc/self/comm", "/etc/hosts"));
      assertThat(result.out()).as(image).startsWith("cat\n").contains("localhost");
    }
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void anEtcThatIsALinkIsStillTheImagesOwn() throws IOException {
    rig.link("moved", "/etc", "usr/etc");
    var result = rig.run(ContainerSpec.of("moved", "sh", "-c", "readlink /etc; cat /etc/hosts"));
    assertThat(result.out()).startsWith("usr/etc\n").contains("localhost");
  }

  @Test
  void aPasswdThatIsNoFileIsNotRead() throws IOException {
    Path outside = Files.writeString(base.resolve("passwd"), "evil:x:0:0::/:/bin/sh\n");
    rig.link("linked", "/etc/passwd", "/../../../../../.." + outside);
    var program =
        new Program(Optional.empty(), Optional.of(List.of("id")), List.of(), "", "evil", List.of());
    String id = rig.containers.create(ContainerSpec.of("linked").with(program), "").id();
    assertThatThrownBy(() -> rig.containers.start(id))
        .hasMessage("unable to find user evil: no matching entries in passwd file");
  }

  @Test
  void aWorkingDirectoryThatLeadsIntoProcIsRefused() throws IOException {
    rig.link("wd", "/wd", "/proc/self/fd");
    var program =
        new Program(
            Optional.empty(), Optional.of(List.of("pwd")), List.of(), "/wd/../wd/8", "", List.of());
    assertThatThrownBy(() -> rig.containers.create(ContainerSpec.of("wd").with(program), ""))
        .isInstanceOf(StowageException.InvalidArgument.class);
  }
}
