package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers on EBS: the stock docker and aws CLIs, real agents, real devices. */
class EbsVolumesTest {
  private final List<TestAgent> agents = new ArrayList<>();
  private Path shared;
  private TestAgent agent;

  @BeforeEach
  void start() throws IOException {
    shared = Files.createTempDirectory(Path.of("/tmp"), "stowage-e2e-");
    agent = agent("local-a");
    var probe = agent.docker("volume", "create", "-d", "ebs", "-o", "size=1", "probe");
    assumeFalse(probe.err().contains("not built yet"), "the region is not built yet");
    probe.ok();
    agent.docker("volume", "rm", "probe").ok();
  }

  /** An agent of its own on the shared region. */
  private TestAgent agent(String zone) throws IOException {
    var folder = Files.createDirectory(shared.resolve("agent" + agents.size()));
    var region = shared.resolve("region").toString();
    var started =
        TestAgent.start(
            folder, folder.resolve("root"), Map.of(), "--zone", zone, "--region-root", region);
    agents.add(started);
    started.importBusybox("bb:1");
    return started;
  }

  @AfterEach
  void stop() throws IOException {
    for (var one : agents) {
      one.close();
    }
    try (var region = TestAgent.of(shared)) {
      region.endBlockServers();
      assertThat(region.leftovers()).isEmpty();
    }
  }

  private String run(TestAgent on, String volume, String script) {
    return on.docker("run", "--rm", "-v", volume + ":/data", "bb:1", "sh", "-c", script).ok().out();
  }

  private String ebs(String name, String field) {
    var filter = "Name=tag:stowage:volume,Values=" + name;
    return agent
        .aws("ec2", "describe-volumes", "--filters", filter, "--query", "Volumes[]." + field)
        .ok()
        .line();
  }

  @Test
  void itOutlivesItsContainersAndIsAttachedOnlyWhileOneRuns() {
    agent.docker("volume", "create", "-d", "ebs", "-o", "size=2", "-o", "type=gp3", "db").ok();
    assertThat(ebs("db", "[Size,VolumeType,AvailabilityZone,State]"))
        .isEqualTo("2\tgp3\tlocal-a\tavailable");
    run(agent, "db", "echo kept > /data/f; sync");
    assertThat(ebs("db", "State")).isEqualTo("available");
    agent.docker("run", "-d", "--name", "one", "-v", "db:/data", "bb:1", "sleep", "1000").ok();
    assertThat(ebs("db", "Attachments[].State")).isEqualTo("attached");
    assertThat(run(agent, "db", "cat /data/f; echo more > /data/g")).isEqualTo("kept\n");
    assertThat(agent.docker("exec", "one", "cat", "/data/g").ok().line()).isEqualTo("more");
    assertThat(agent.docker("exec", "one", "grep", " /data ", "/proc/mounts").ok().out())
        .contains("ext4", "nosuid", "nodev");
    agent.docker("rm", "-f", "one").ok();
    assertThat(ebs("db", "State")).isEqualTo("available");
    agent.docker("volume", "rm", "db").ok();
    assertThat(ebs("db", "VolumeId")).isEmpty();
  }

  @Test
  void itIsInitialisedFromTheImageWithItsOwnership() {
    var make = "mkdir /data && echo hello > /data/f && chown -R 1000:1000 /data";
    agent.docker("run", "--name", "seed", "bb:1", "sh", "-c", make).ok();
    agent.docker("commit", "seed", "bb:data").ok();
    agent.docker("rm", "seed").ok();
    var mount = "type=volume,volume-driver=ebs,volume-opt=size=1,volume-opt=fstype=xfs,dst=/data";
    var script = "cat /data/f; echo more > /data/g; stat -c %u:%g /data /data/f; ls -A /data";
    assertThat(
            agent
                .docker(
                    "run",
                    "--rm",
                    "-u",
                    "1000",
                    "--mount",
                    mount + ",src=own",
                    "bb:data",
                    "sh",
                    "-c",
                    script)
                .ok()
                .out())
        .isEqualTo("hello\n1000:1000\n1000:1000\nf\ng\n");
    agent.docker("volume", "rm", "own").ok();
  }

  @Test
  void aKilledAgentInterruptsNoWriterAndAfterwardsAllIsThere() throws Exception {
    agent.docker("volume", "create", "-d", "ebs", "-o", "size=1", "db").ok();
    var script =
        "n=0; while :; do n=$((n+1));"
            + " echo $n | dd of=/data/$n conv=fsync 2>/dev/null && echo $n; done";
    agent
        .docker("run", "-d", "--name", "writer", "-v", "db:/data", "bb:1", "sh", "-c", script)
        .ok();
    awaitLines(20);
    agent.kill();
    agent.restart();
    int seen = awaitLines(20);
    agent.docker("kill", "writer").ok();
    agent.docker("wait", "writer").ok();
    assertThat(agent.docker("inspect", "-f", "{{.State.ExitCode}}", "writer").ok().line())
        .isEqualTo("137");
    int written = Integer.parseInt(agent.docker("logs", "--tail", "1", "writer").ok().line());
    assertThat(written).isGreaterThanOrEqualTo(seen);
    agent.docker("rm", "writer").ok();
    assertThat(ebs("db", "State")).isEqualTo("available");
    var check = "for i in $(seq " + written + "); do [ $(cat /data/$i) = $i ] || echo $i; done";
    assertThat(run(agent, "db", check)).isEmpty();
    agent.docker("volume", "rm", "db").ok();
  }

  /** Until so many more lines are logged than there were; how many there are then. */
  private int awaitLines(int more) {
    int begin = lines();
    int now = begin;
    while (now < begin + more) {
      Thread.onSpinWait();
      now = lines();
    }
    return now;
  }

  private int lines() {
    // Lines that came while the log was read may follow the last one asked for.
    var lines = agent.docker("logs", "--tail", "1", "writer").ok().line().lines().toList();
    return lines.isEmpty() ? 0 : Integer.parseInt(lines.getLast());
  }

  @Test
  void aHostOfAnotherZoneIsToldAndTakesACopyThroughASnapshot() throws IOException {
    agent.docker("volume", "create", "-d", "ebs", "-o", "size=1", "db").ok();
    run(agent, "db", "echo kept > /data/f; sync");
    var far = agent("local-b");
    var refused = far.docker("volume", "create", "-d", "ebs", "db");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err())
        .contains("of zone local-a, and this host is in local-b")
        .contains("stowage ebs move db --zone local-b")
        .contains("stowage ebs clone db NEW-NAME --zone local-b");
    var snapshot =
        agent
            .aws(
                "ec2",
                "create-snapshot",
                "--volume-id",
                ebs("db", "VolumeId"),
                "--query",
                "SnapshotId")
            .ok()
            .line();
    agent.aws("ec2", "wait", "snapshot-completed", "--snapshot-ids", snapshot).ok();
    far.docker("volume", "create", "-d", "ebs", "-o", "snapshot=" + snapshot, "copy").ok();
    assertThat(run(far, "copy", "cat /data/f; echo two > /data/f; cat /data/f"))
        .isEqualTo("kept\ntwo\n");
    assertThat(run(agent, "db", "cat /data/f")).isEqualTo("kept\n");
    assertThat(ebs("copy", "AvailabilityZone")).isEqualTo("local-b");
    far.docker("volume", "rm", "copy").ok();
    agent.docker("volume", "rm", "db").ok();
    agent.aws("ec2", "delete-snapshot", "--snapshot-id", snapshot).ok();
  }

  @Test
  void aCopyInTheZoneIsMountedBesideItsSource() {
    agent.docker("volume", "create", "-d", "ebs", "-o", "size=1", "-o", "fstype=xfs", "db").ok();
    run(agent, "db", "echo one > /data/f; sync");
    agent.docker("volume", "create", "-d", "ebs", "-o", "from=db", "copy").ok();
    var script = "cat /data/f; echo two > /data/f; cat /other/f";
    assertThat(
            agent
                .docker(
                    "run",
                    "--rm",
                    "-v",
                    "copy:/data",
                    "-v",
                    "db:/other",
                    "bb:1",
                    "sh",
                    "-c",
                    script)
                .ok()
                .out())
        .isEqualTo("one\none\n");
    agent.docker("volume", "rm", "db", "copy").ok();
  }

  @Test
  void aVolumeWithContentIsNeverFormattedAndAGivenOneNeverRemoved() throws IOException {
    var id =
        agent
            .aws(
                "ec2",
                "create-volume",
                "--availability-zone",
                "local-a",
                "--size",
                "1",
                "--query",
                "VolumeId")
            .ok()
            .line();
    attached(id, device -> Shell.sh("printf precious | dd of=" + device + " conv=fsync").ok());
    agent.docker("volume", "create", "-d", "ebs", "-o", "volume=" + id, "mine").ok();
    var refused = agent.docker("run", "--rm", "-v", "mine:/data", "bb:1", "true");
    assertThat(refused.exit()).isEqualTo(125);
    assertThat(refused.err()).contains(id).contains("is left as it is");
    agent.docker("volume", "rm", "mine").ok();
    attached(
        id, device -> assertThat(Shell.sh("head -c 8 " + device).ok().out()).isEqualTo("precious"));
    agent.aws("ec2", "delete-volume", "--volume-id", id).ok();
  }

  private interface DeviceWork {
    void with(String device);
  }

  /** Attaches by hand; the device is the link the agent makes. */
  private void attached(String id, DeviceWork work) throws IOException {
    var instance =
        agent.aws("ec2", "describe-instances", "--query", "Reservations[].Instances[].InstanceId");
    agent
        .aws(
            "ec2",
            "attach-volume",
            "--volume-id",
            id,
            "--device",
            "/dev/sdz",
            "--instance-id",
            instance.ok().line())
        .ok();
    agent.aws("ec2", "wait", "volume-in-use", "--volume-ids", id).ok();
    try (var links = Files.list(agent.run.resolve("dev"))) {
      work.with(links.findFirst().orElseThrow().toRealPath().toString());
    }
    agent.aws("ec2", "detach-volume", "--volume-id", id).ok();
    agent.aws("ec2", "wait", "volume-available", "--volume-ids", id).ok();
  }
}
