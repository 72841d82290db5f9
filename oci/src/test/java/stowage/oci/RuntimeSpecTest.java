package stowage.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

class RuntimeSpecTest {
  private static final Set<String> OWN = Set.of("pid", "ipc", "uts", "mount", "network");
  private static final Set<String> ALL = RuntimeDefaults.available((1L << 41) - 1);

  @TempDir Path folder;

  private static RuntimeSpec spec(boolean privileged, long uid, String... arguments) {
    Set<String> capabilities =
        RuntimeDefaults.capabilities(privileged, List.of(), List.of(), available());
    return new RuntimeSpec(
        new RuntimeSpec.Process(
            false,
            List.of(arguments),
            List.of("PATH=/bin"),
            "/",
            new RuntimeSpec.User(uid, uid, List.of(7L)),
            capabilities,
            false,
            List.of(new RuntimeSpec.Ulimit("RLIMIT_CORE", -1, -1)),
            Optional.empty()),
        "rootfs",
        false,
        "host-name",
        RuntimeDefaults.mounts(privileged, RuntimeDefaults.SHM_BYTES, false),
        new RuntimeSpec.Namespaces(OWN, Map.of()),
        List.of(),
        RuntimeSpec.Resources.unlimited(RuntimeDefaults.deviceRules(privileged)),
        "",
        privileged
            ? new RuntimeSpec.Security(List.of(), List.of(), Optional.empty(), "", "")
            : new RuntimeSpec.Security(
                RuntimeDefaults.maskedPaths(),
                RuntimeDefaults.readonlyPaths(),
                Optional.of(Seccomp.profile(capabilities, Platform.host().architecture())),
                "",
                ""),
        Map.of(),
        Map.of());
  }

  /** The test's own bounding set: a container cannot have more. */
  private static Set<String> available() {
    try {
      return RuntimeDefaults.available(
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("CapBnd:"))
              .mapToLong(line -> Long.parseLong(line.substring(8), 16))
              .sum());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the spec with the machine's runc on a root of busybox, and gives what it printed. */
  private String run(RuntimeSpec spec) throws IOException, InterruptedException {
    Path busybox = Path.of("/bin/busybox");
    assumeTrue(Files.exists(busybox) && Files.exists(Path.of("/usr/sbin/runc")), "no runc");
    Files.createDirectories(folder.resolve("rootfs/bin"));
    Files.copy(busybox, folder.resolve("rootfs/bin/busybox"));
    Files.write(folder.resolve("config.json"), Json.bytes(spec.json()));
    String id = "stowage-oci-test-" + ProcessHandle.current().pid() + "-" + folder.getFileName();
    Process runc =
        new ProcessBuilder(
                "runc", "--root", folder.resolve("run").toString(), "run",
                "--bundle", folder.toString(), id)
            .redirectErrorStream(true)
            .start();
    try {
      return new String(runc.getInputStream().readAllBytes(), UTF_8) + runc.waitFor();
    } finally {
      runc.destroyForcibly();
    }
  }

  @Test
  void anOrdinaryContainerRunsWithDockersLimits() throws Exception {
    String printed =
        run(
            spec(false, 0, "/bin/busybox", "sh", "-c",
                """
                b=/bin/busybox; $b grep -E '^(CapEff|CapInh|Seccomp):' /proc/self/status
                $b hostname; $b unshare -n true && echo bad; $b mount -t tmpfs x /bin && echo bad
                $b dd if=/proc/kcore bs=1 count=1 2>/dev/null | $b wc -c
                (echo 1 > /proc/sys/kernel/panic) 2>/dev/null && echo bad
                $b df /dev/shm | $b tail -1 | $b awk '{print $2}'; ulimit -c; echo done
                """));
    assertThat(printed)
        .contains("CapInh:\t0000000000000000", "CapEff:\t00000000a80425fb", "Seccomp:\t2",
            "host-name", "\n0\n", "65536", "unlimited", "done\n")
        .doesNotContain("bad");
  }

  @Test
  void aUserHasNoCapabilitiesButTheBoundingSet() throws Exception {
    assertThat(run(spec(false, 1000, "/bin/busybox", "cat", "/proc/self/status")))
        .contains("CapEff:\t0000000000000000", "CapBnd:\t00000000a80425fb", "Groups:\t7");
  }

  @Test
  void aPrivilegedOneHasAll() throws Exception {
    assertThat(run(spec(true, 0, "/bin/busybox", "cat", "/proc/self/status")))
        .contains("Seccomp:\t0")
        .containsPattern("CapEff:\t000001ff[a-f0-9]{8}")
        .satisfies(
            status -> assertThat(value(status, "CapEff")).isEqualTo(value(status, "CapBnd")));
  }

  private static String value(String status, String field) {
    return status.lines().filter(line -> line.startsWith(field)).findFirst().orElseThrow()
        .substring(8);
  }

  private static Set<String> capabilities(List<String> add, List<String> drop) {
    return RuntimeDefaults.capabilities(false, add, drop, ALL);
  }

  @Test
  void capabilitiesAreAddedAndDropped() {
    assertThat(capabilities(List.of(), List.of())).hasSize(14);
    assertThat(capabilities(List.of("sys_admin"), List.of("CAP_CHOWN")))
        .contains("CAP_SYS_ADMIN").doesNotContain("CAP_CHOWN").hasSize(14);
    assertThat(capabilities(List.of("ALL"), List.of("net_raw"))).hasSize(40);
    assertThat(capabilities(List.of("kill"), List.of("all"))).containsExactly("CAP_KILL");
    assertThat(capabilities(List.of(), List.of("ALL"))).isEmpty();
    assertThatThrownBy(() -> capabilities(List.of("fly"), List.of()))
        .isInstanceOf(StowageException.InvalidArgument.class)
        .hasMessage("invalid CapAdd: unknown capability: \"CAP_FLY\"");
    var available = RuntimeDefaults.available(0b1011);
    assertThat(RuntimeDefaults.capabilities(true, List.of(), List.of(), available)).hasSize(3);
    assertThat(RuntimeDefaults.capabilities(false, List.of("ALL"), List.of(), available))
        .containsExactly("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER");
    assertThatThrownBy(
            () ->
                RuntimeDefaults.capabilities(
                    false, List.of("SYS_ADMIN"), List.of(), available))
        .hasMessageContaining("not available in the current environment: \"CAP_SYS_ADMIN\"");
  }

  @Test
  void seccompOpensWithCapabilities() {
    assertThat(Json.text(Seccomp.profile(Set.of(), "amd64")))
        .contains("\"clone3\"", "\"errnoRet\":38", "arch_prctl").doesNotContain("\"mount\"");
  }

  @Test
  void aProfileOfTheUsersIsDecidedHere() {
    String file =
        """
        {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,
         "archMap":[{"architecture":"SCMP_ARCH_X86_64","subArchitectures":["SCMP_ARCH_X86"]}],
         "syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"},
           {"name":"mount","action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}},
           {"names":["a"],"action":"SCMP_ACT_ALLOW","excludes":{"arches":["amd64"]}},
           {"names":["b"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"99.1"}}]}
        """;
    var plain =
        JsonObject.of(Seccomp.profile(file.getBytes(UTF_8), Set.of(), "amd64"), "profile");
    assertThat(plain.strings("architectures"))
        .containsExactly("SCMP_ARCH_X86_64", "SCMP_ARCH_X86");
    assertThat(plain.objects("syscalls")).hasSize(1);
    var admin = Seccomp.profile(file.getBytes(UTF_8), Set.of("CAP_SYS_ADMIN"), "amd64");
    assertThat(JsonObject.of(admin, "profile").objects("syscalls")).hasSize(2);
    assertThatThrownBy(() -> Seccomp.profile("{}".getBytes(UTF_8), Set.of(), "amd64"))
        .isInstanceOf(StowageException.InvalidArgument.class);
  }
}
