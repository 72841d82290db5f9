package stowage.container;

import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.Digest;
import stowage.base.JsonObject;
import stowage.base.StowageException.Corrupt;

/**
 * A {@link Container} written down as its record, and read back.
 *
 * <p>The record also says what only the next life of the agent asks: whether it was stopped by
 * hand.
 */
final class ContainerJson {
  /** The kind of these records. */
  static final String KIND = "container";

  private ContainerJson() {}

  static Map<String, Object> write(Container container, boolean stoppedByHand) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", container.name());
    fields.put("image", container.imageId().toString());
    fields.put("chain", container.chain().stream().map(Digest::toString).toList());
    fields.put("created", container.created().toString());
    fields.put("state", state(container.state()));
    fields.put("restartCount", container.restartCount());
    fields.put("stoppedByHand", stoppedByHand);
    fields.put("warnings", container.warnings());
    fields.put("spec", SpecJson.write(container.spec()));
    return fields;
  }

  static Container read(String id, JsonObject json, Path directory) {
    List<Digest> chain = json.strings("chain").stream().map(Digest::parse).toList();
    return new Container(
        id,
        json.required("name"),
        SpecJson.read(json.object("spec").orElseThrow(() -> new Corrupt("container " + id, null))),
        Digest.parse(json.required("image")),
        chain,
        Instant.parse(json.required("created")),
        state(json.object("state").orElseThrow(() -> new Corrupt("container " + id, null))),
        (int) json.number("restartCount", 0),
        json.strings("warnings"),
        files(directory));
  }

  /** Where a container's files are below its directory. */
  static Container.Files files(Path directory) {
    return new Container.Files(
        directory,
        directory.resolve("log"),
        directory.resolve("hostname"),
        directory.resolve("hosts"),
        directory.resolve("resolv.conf"));
  }

  private static Map<String, Object> state(State state) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("word", state.word());
    switch (state) {
      case State.Created created -> {
        fields.put("exitCode", created.exitCode());
        fields.put("error", created.error());
      }
      case State.Running running -> {
        fields.put("pid", running.pid());
        fields.put("pidStart", running.pidStart());
        fields.put("startedAt", running.startedAt().toString());
      }
      case State.Paused paused -> fields.put("running", state(paused.running()));
      case State.Restarting restarting -> fields.put("last", state(restarting.last()));
      case State.Exited exited -> {
        fields.put("exitCode", exited.exitCode());
        fields.put("oomKilled", exited.oomKilled());
        fields.put("error", exited.error());
        fields.put("startedAt", exited.startedAt().toString());
        fields.put("finishedAt", exited.finishedAt().toString());
      }
      case State.Removing removing -> fields.put("before", state(removing.before()));
    }
    return fields;
  }

  private static State state(JsonObject json) {
    String word = json.required("word");
    return switch (word) {
      case "created" ->
          new State.Created((int) json.number("exitCode", 0), json.string("error", ""));
      case "running" -> running(json);
      case "paused" -> new State.Paused(running(inner(json, "running")));
      case "restarting" -> new State.Restarting(exited(inner(json, "last")));
      case "exited" -> exited(json);
      case "removing" -> new State.Removing(state(inner(json, "before")));
      default -> throw new Corrupt("container record in state " + word, null);
    };
  }

  private static State.Running running(JsonObject json) {
    return new State.Running(
        (int) json.number("pid", 0),
        json.number("pidStart", 0),
        Instant.parse(json.required("startedAt")));
  }

  private static State.Exited exited(JsonObject json) {
    return new State.Exited(
        (int) json.number("exitCode", 0),
        json.bool("oomKilled"),
        json.string("error", ""),
        Instant.parse(json.required("startedAt")),
        Instant.parse(json.required("finishedAt")));
  }

  private static JsonObject inner(JsonObject json, String name) {
    return json.object(name)
        .orElseThrow(() -> new Corrupt("container record without " + name, null));
  }
}
