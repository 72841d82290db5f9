package stowage.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stock clients: libnbd's tools, QEMU's tools and fio. */
class ClientsTest {
  private static final int MIB = 1 << 20;
  private static final long SEED = Long.getLong("seed", System.nanoTime());

  @TempDir Path folder;
  private Served served;

  @BeforeEach
  void serve() throws IOException {
    served = Served.of(folder, 64L * MIB);
  }

  @AfterEach
  void close() throws IOException {
    served.close();
  }

  private record Ran(int exit, String out) {}

  private Ran run(String... words) throws IOException, InterruptedException {
    var process = new ProcessBuilder(words).directory(folder.toFile());
    var running = process.redirectErrorStream(true).start();
    running.getOutputStream().close();
    var out = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(running.waitFor(), out);
  }

  private String ok(String... words) throws IOException, InterruptedException {
    var ran = run(words);
    assertThat(ran.exit()).as("%s%n%s", String.join(" ", words), ran.out()).isZero();
    return ran.out();
  }

  /** Data with holes between, so that both are copied. */
  private Path source() throws IOException {
    var bytes = new byte[64 * MIB];
    var random = new Random(SEED);
    for (int at = 0; at < bytes.length; at += 4 * MIB) {
      var part = new byte[random.nextInt(3 * MIB)];
      random.nextBytes(part);
      System.arraycopy(part, 0, bytes, at, part.length);
    }
    return Files.write(folder.resolve("source"), bytes);
  }

  @Test
  void nbdinfoListsTheExportsAndWhatTheyCan() throws Exception {
    var list = ok("nbdinfo", "--list", "nbd+unix:///?socket=" + served.socket);
    assertThat(list).contains("export=\"disk\"", "export=\"readonly\"", "is_read_only: true");
    assertThat(ok("nbdinfo", served.uri("disk")))
        .contains(
            "structured packets",
            "description: a plain file",
            "export-size: 67108864",
            "base:allocation",
            "can_fua: true",
            "can_multi_conn: true",
            "can_trim: true",
            "can_zero: true",
            "block_size_minimum: 512");
    var unknown = run("nbdinfo", served.uri("other"));
    assertThat(unknown.exit()).isNotZero();
    assertThat(unknown.out()).contains("No such file or directory", "other");
  }

  @Test
  void nbdcopyBothWaysOverSeveralConnections() throws Exception {
    var source = source();
    ok("nbdcopy", "--connections=4", "--flush", source.toString(), served.uri("disk"));
    assertThat(Files.mismatch(source, served.file)).as("-Dseed=%d", SEED).isEqualTo(-1);
    ok("nbdcopy", served.uri("disk"), "back");
    assertThat(Files.mismatch(source, folder.resolve("back"))).isEqualTo(-1);
    assertThat(ok("nbdinfo", "--map", served.uri("disk"))).contains("hole,zero", "data");
  }

  @Test
  void qemuConvertsAndComparesAndAsksForEveryCommand() throws Exception {
    var source = source();
    ok(
        "qemu-img",
        "convert",
        "-n",
        "-f",
        "raw",
        "-O",
        "raw",
        source.toString(),
        served.uri("disk"));
    ok("qemu-img", "compare", "-f", "raw", "-F", "raw", source.toString(), served.uri("disk"));
    assertThat(
            ok(
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write -P 5 1M 3M",
                "-c",
                "read -P 5 1M 3M",
                "-c",
                "write -f -P 6 512 512",
                "-c",
                "read -P 6 512 512",
                "-c",
                "write -z 1M 1M",
                "-c",
                "read -P 0 1M 1M",
                "-c",
                "discard 3M 1M",
                "-c",
                "read -P 0 3M 1M",
                "-c",
                "flush",
                served.uri("disk")))
        .doesNotContain("failed", "error");
  }

  @Test
  void fioVerifiesWhatItWrote() throws Exception {
    ok(
        "fio",
        "--name=verify",
        "--ioengine=nbd",
        "--uri=" + served.uri("disk"),
        "--rw=randwrite",
        "--bsrange=4k-256k",
        "--iodepth=32",
        "--size=48m",
        "--fsync=64",
        "--verify=crc32c",
        "--verify_fatal=1");
  }

  @Test
  void aReadOnlyExportRefusesWrites() throws Exception {
    var refused = run("nbdcopy", source().toString(), served.uri("readonly"));
    assertThat(refused.exit()).isNotZero();
    var there = Files.readAllBytes(served.file);
    assertThat(Arrays.equals(there, new byte[there.length])).isTrue();
    ok("nbdcopy", served.uri("readonly"), "back");
  }

  @Test
  void onTcpItIsTheSame() throws Exception {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var address = (InetSocketAddress) served.also(loopback);
    var source = source();
    var uri = "nbd://127.0.0.1:" + address.getPort() + "/disk";
    ok("nbdcopy", source.toString(), uri);
    assertThat(Files.mismatch(source, served.file)).isEqualTo(-1);
  }
}
