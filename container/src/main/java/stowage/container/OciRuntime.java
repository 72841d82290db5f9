package stowage.container;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import stowage.base.Json;
import stowage.base.StowageException.Failed;
import stowage.oci.RuntimeSpec;

/**
 * The OCI runtime of this host: runc or crun, with the directory where it keeps its state.
 *
 * @param binary absolute
 * @param name {@code runc} or {@code crun}
 * @param version as it says itself: "1.1.5"
 * @param state its {@code --root}
 */
record OciRuntime(Path binary, String name, String version, Path state) {

  /** The state directory of one container. */
  Path directory(String id) {
    return state.resolve(id);
  }

  /** Whether it is created but its program was not let go. */
  boolean isWaiting(String id) {
    return Files.exists(directory(id).resolve("exec.fifo"));
  }

  /**
   * Lets a created container's program go. What runc does in a process of its own is one read of a
   * FIFO, so it is done here; crun is asked.
   *
   * @param monitorEnd completes when its monitor ends: then nobody will ever write to the FIFO
   */
  void start(String id, CompletableFuture<?> monitorEnd) {
    if (!name.equals("runc")) {
      Command started = Command.run(command("start", id));
      if (started.exitCode() != 0) {
        throw new Failed(started.err().strip(), null);
      }
      return;
    }
    Path fifo = directory(id).resolve("exec.fifo");
    var rescue = monitorEnd.thenRun(() -> release(fifo));
    try (var in = Files.newInputStream(fifo)) {
      if (in.readAllBytes().length == 0) {
        throw new Failed("container process is already dead", null);
      }
      Files.deleteIfExists(fifo);
    } catch (IOException e) {
      throw new Failed("cannot start container " + id + ": " + e.getMessage(), e);
    } finally {
      rescue.cancel(false);
    }
  }

  /** Opens the writing end for a moment, so that a reader waiting for one is not stuck. */
  private static void release(Path fifo) {
    if (Files.exists(fifo)) {
      try (var both = new RandomAccessFile(fifo.toFile(), "rw")) {
        both.getFD();
      } catch (IOException e) {
        // Gone meanwhile: then nobody waits.
      }
    }
  }

  /** Forgets a container, killing what is left of it; not there is fine. */
  void delete(String id) {
    Command.run(command("delete", "--force", id));
  }

  /** Changes the limits of a running container. */
  void update(String id, RuntimeSpec.Resources resources) {
    Command done =
        Command.run(command("update", "--resources", "-", id), Json.bytes(resources.json()));
    if (done.exitCode() != 0) {
      throw new Failed(
          "Cannot update container %s: %s: unknown".formatted(id, lastLine(done.err())), null);
    }
  }

  private List<String> command(String... words) {
    var command = new ArrayList<String>();
    command.add(binary.toString());
    command.addAll(globalOptions());
    command.addAll(List.of(words));
    return command;
  }

  /** What comes before its verbs: where its state is, and that its log is nobody's output. */
  List<String> globalOptions() {
    return name.equals("runc")
        ? List.of("--root=" + state, "--log=/dev/null")
        : List.of("--root=" + state);
  }

  static String lastLine(String text) {
    String stripped = text.strip();
    return stripped.substring(stripped.lastIndexOf('\n') + 1);
  }
}
