package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.base.StowageException.Failed;

/**
 * The file {@code running} in a container's bundle: which process its run is. It is there from the
 * moment before the program is let go until its end is recorded, and it is gone after a reboot, as
 * the process is: so it need not be durable, and no start has to wait for the disk to learn a pid.
 */
final class RunFile {
  private RunFile() {}

  static void write(Path bundle, State.Running run) {
    var fields =
        Map.<String, Object>of(
            "pid", run.pid(),
            "pidStart", run.pidStart(),
            "startedAt", run.startedAt().toString());
    try {
      Files.write(bundle.resolve("running"), Json.bytes(fields));
    } catch (IOException e) {
      throw new Failed("bundle %s: %s".formatted(bundle, e.getMessage()), e);
    }
  }

  /** The run of a bundle; none when there is none, or half a file. */
  static Optional<State.Running> read(Path bundle) {
    try {
      byte[] json = Files.readAllBytes(bundle.resolve("running"));
      if (!(Json.parse(json, "running") instanceof Map<?, ?> map)) {
        return Optional.empty();
      }
      var fields = JsonObject.of(map, "running");
      return Optional.of(
          new State.Running(
              (int) fields.number("pid", 0),
              fields.number("pidStart", 0),
              Instant.parse(fields.required("startedAt"))));
    } catch (IOException | StowageException.InvalidArgument e) {
      return Optional.empty();
    }
  }

  static void delete(Path bundle) {
    try {
      Files.deleteIfExists(bundle.resolve("running"));
    } catch (IOException e) {
      // It goes with its bundle.
    }
  }
}
