package stowage.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.JsonObject;

/** What the config says of running a container, read once so that all of it is known good. */
record ImageRuntime(
    List<String> entrypoint,
    List<String> command,
    List<String> environment,
    String workingDirectory,
    String user,
    List<String> volumes,
    List<String> exposedPorts,
    Map<String, String> labels,
    String stopSignal,
    Optional<ImageConfig.Healthcheck> healthcheck,
    List<String> shell) {
  static ImageRuntime of(JsonObject config) {
    return new ImageRuntime(
        words(config, "Entrypoint"),
        words(config, "Cmd"),
        config.strings("Env"),
        config.string("WorkingDir", ""),
        config.string("User", ""),
        keys(config, "Volumes"),
        keys(config, "ExposedPorts"),
        config.stringMap("Labels"),
        config.string("StopSignal", ""),
        config.object("Healthcheck").map(ImageConfig.Healthcheck::of),
        words(config, "Shell"));
  }

  /** Old images have a string where there should be an array; Docker reads it as one word. */
  private static List<String> words(JsonObject config, String name) {
    return config.map().get(name) instanceof String word
        ? List.of(word)
        : config.strings(name);
  }

  private static List<String> keys(JsonObject config, String name) {
    return config.object(name).map(object -> List.copyOf(object.names())).orElse(List.of());
  }
}
