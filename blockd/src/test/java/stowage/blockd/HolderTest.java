package stowage.blockd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HolderTest {
  private static final long SIZE = 256 << 20;

  @TempDir Path dir;

  private Process server(String name) throws Exception {
    return new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "stowage.blockd.FrontProcess",
            dir.resolve("content").toString(),
            Long.toString(SIZE),
            name)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void requestsOfADeadServerAreAnsweredByTheNext() throws Exception {
    var name = "vol-holder-" + ProcessHandle.current().pid();
    var server = server(name);
    Process fio = null;
    try {
      var said = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
      var loop = said.readLine();
      assertThat(loop).startsWith("/dev/loop");
      fio =
          new ProcessBuilder(
                  "fio",
                  "--name=x",
                  "--filename=" + loop,
                  "--rw=randwrite",
                  "--bs=4k",
                  "--direct=1",
                  "--ioengine=libaio",
                  "--iodepth=16",
                  "--size=32m",
                  "--loops=2",
                  "--verify=crc32c",
                  "--verify_fatal=1",
                  "--rate_iops=4000",
                  "--fsync=64")
              .redirectErrorStream(true)
              .redirectOutput(dir.resolve("fio.log").toFile())
              .start();
      var device = new FileDevice(dir.resolve("content"), SIZE);
      while (Files.readAllLines(Path.of("/proc/diskstats")).stream()
          .noneMatch(l -> l.contains(" " + loop.substring(5) + " ") && written(l) > 0)) {
        Thread.yield();
      }
      server.destroyForcibly().waitFor();
      var holders = Holder.all(name);
      assertThat(holders).hasSize(1);
      var front = FuseFront.adopt(name, device, false, holders.getFirst().take());
      assertThat(LoopDevices.over("/" + name, front.file())).contains(loop);
      assertThat(fio.waitFor())
          .as("fio said %s", Files.readString(dir.resolve("fio.log")))
          .isZero();
      LoopDevices.release(loop);
      holders.getFirst().end();
      front.close();
      front.awaitEnd();
      assertThat(LoopDevices.over("/" + name)).isEmpty();
      assertThat(Holder.all(name)).isEmpty();
    } finally {
      server.destroyForcibly();
      if (fio != null) {
        fio.destroyForcibly();
      }
      for (var holder : Holder.all(name)) {
        holder.end();
      }
      for (var left : LoopDevices.over("/" + name)) {
        LoopDevices.release(left);
      }
    }
  }

  private static long written(String line) {
    return Long.parseLong(List.of(line.strip().split("\\s+")).get(7));
  }
}
