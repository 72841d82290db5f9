package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;

/** What a container shares with the host or with another one, and what of the host it is given. */
class NamespacesTest {
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

  private static Security security(Security.Namespaces namespaces) {
    return new Security(
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        namespaces);
  }

  @Test
  void theHostsNetworkIsTheHosts() throws IOException {
    String script = "readlink /proc/self/ns/net; hostname; mount | grep -c ' /sys '";
    var result = rig.run(ContainerSpec.of("box", "sh", "-c", script).with(Network.mode("host")));
    var lines = result.out().lines().toList();
    assertThat(result.err()).isEmpty();
    assertThat(lines.get(0))
        .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString());
    assertThat(lines.get(1)).isEqualTo(HostFiles.ofHost());
  }

  @Test
  void hostNamespacesAreTheHosts() throws IOException {
    var all = new Security.Namespaces("host", "host", "host", "", "host");
    String script =
        "for n in ipc pid uts cgroup; do readlink /proc/self/ns/$n; done; ls -d /dev/shm";
    var result = rig.run(ContainerSpec.of("box", "sh", "-c", script).with(security(all)));
    var lines = result.out().lines().toList();
    assertThat(result.err()).isEmpty();
    for (int i = 0; i < 4; i++) {
      String kind = List.of("ipc", "pid", "uts", "cgroup").get(i);
      assertThat(lines.get(i))
          .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString());
    }
  }

  @Test
  void anotherContainersNamespacesAreJoined() {
    var open = new Security.Namespaces("shareable", "", "", "", "");
    String first =
        rig.detached(
            ContainerSpec.of("box", "sh", "-c", "echo x > /dev/shm/mark; echo up; sleep 1000")
                .with(security(open)));
    rig.awaitLog(first, "up");
    var joined = new Security.Namespaces("container:" + first, "container:" + first, "", "", "");
    var spec =
        ContainerSpec.of("box", "sh", "-c", "cat /dev/shm/mark; ps | grep -c '[s]leep 1000'")
            .with(security(joined))
            .with(Network.mode("container:" + first));
    assertThat(rig.run(spec).out()).isEqualTo("x\n1\n");
    rig.containers.remove(first, true, false);
    String second = rig.containers.create(spec, "").id();
    assertThatThrownBy(() -> rig.containers.start(second))
        .isInstanceOf(StowageException.NotFound.class);
  }

  @Test
  void aDeviceIsThereAsAsked() {
    var devices =
        new Security(
            false,
            List.of(),
            List.of(),
            List.of(),
            List.of(new Device("/dev/zero", "/dev/nothing", "r")),
            List.of("c 1:11 rwm"),
            Map.of("net.ipv4.ip_unprivileged_port_start", "80"),
            Optional.empty(),
            Optional.empty(),
            Security.Namespaces.PRIVATE);
    var result =
        rig.run(
            ContainerSpec.of(
                    "box",
                    "sh",
                    "-c",
                    "head -c 3 /dev/nothing | wc -c; (echo x > /dev/nothing) 2>&1;"
                        + " cat /proc/sys/net/ipv4/ip_unprivileged_port_start")
                .with(devices));
    assertThat(result.out()).startsWith("3\n").contains("80\n");
    var missing = new Device("/dev/nosuch", "/dev/nosuch", "rwm");
    var spec =
        ContainerSpec.of("box", "true")
            .with(
                new Security(
                    false,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(missing),
                    List.of(),
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Security.Namespaces.PRIVATE));
    assertThatThrownBy(() -> rig.containers.create(spec, ""))
        .hasMessage(
            "error gathering device information while adding custom device \"/dev/nosuch\":"
                + " no such file or directory");
  }

  @Test
  void aContainerThatSharesPidsLeavesNoProcessBehind() {
    var host = new Security.Namespaces("", "host", "", "", "");
    var result =
        rig.run(
            ContainerSpec.of("box", "sh", "-c", "sleep 54321 > /dev/null 2>&1 & echo $!")
                .with(security(host)));
    var left = ProcessId.of(Integer.parseInt(result.out().strip()));
    rig.containers.finish();
    assertThat(left.isAlive()).isFalse();
  }

  @Test
  void aPrivilegedContainerHasTheHostsDevices() {
    var privileged =
        new Security(
            true,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Security.Namespaces.PRIVATE);
    var result =
        rig.run(
            ContainerSpec.of("box", "sh", "-c", "test -e /dev/kmsg; echo $?; mount | grep ' /sys '")
                .with(privileged));
    assertThat(result.out()).contains("(rw");
    assertThat(result.err()).isEmpty();
  }
}
