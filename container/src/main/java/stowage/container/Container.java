package stowage.container;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import stowage.base.Digest;

/**
 * One container as it was when asked for; later changes do not show in it.
 *
 * @param id 64 hex digits
 * @param name without a slash
 * @param spec complete: what the image adds is in it
 * @param imageId the image it was made from, which may be gone
 * @param chain the layers below its writable one, lowest first
 * @param warnings what the creator was told
 * @param restartCount how often its policy has started it again
 * @param files where its files are on the host
 */
public record Container(
    String id,
    String name,
    ContainerSpec spec,
    Digest imageId,
    List<Digest> chain,
    Instant created,
    State state,
    int restartCount,
    List<String> warnings,
    Files files) {
  public Container {
    chain = List.copyOf(chain);
    warnings = List.copyOf(warnings);
  }

  /** Its first 12 digits, as people see it. */
  public String shortId() {
    return id.substring(0, 12);
  }

  /** The program's words: entrypoint and command, complete. */
  public List<String> arguments() {
    var words = new java.util.ArrayList<>(spec.program().entrypoint().orElse(List.of()));
    words.addAll(spec.program().command().orElse(List.of()));
    return List.copyOf(words);
  }

  /** The first process on the host; 0 when it does not run. */
  public int pid() {
    return switch (state) {
      case State.Running running -> running.pid();
      case State.Paused paused -> paused.running().pid();
      case State.Created _, State.Restarting _, State.Exited _, State.Removing _ -> 0;
    };
  }

  /** The same in another state. */
  Container in(State next) {
    return new Container(
        id, name, spec, imageId, chain, created, next, restartCount, warnings, files);
  }

  /** The same, started again so often by its policy. */
  Container restarted(int count) {
    return new Container(id, name, spec, imageId, chain, created, state, count, warnings, files);
  }

  /** The same under another name. */
  Container named(String other) {
    return new Container(
        id, other, spec, imageId, chain, created, state, restartCount, warnings, files);
  }

  /** The same with another spec. */
  Container with(ContainerSpec other) {
    return new Container(
        id, name, other, imageId, chain, created, state, restartCount, warnings, files);
  }

  /**
   * Its files on the host.
   *
   * @param directory holds all of them
   * @param log its output, in the CRI's format
   */
  public record Files(Path directory, Path log, Path hostname, Path hosts, Path resolvConf) {}
}
