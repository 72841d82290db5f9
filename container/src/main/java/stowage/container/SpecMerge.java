package stowage.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.StowageException.InvalidArgument;
import stowage.oci.ImageConfig;

/** What an image adds to a request, by Docker's rules. */
final class SpecMerge {
  private SpecMerge() {}

  /** The request with what it leaves to the image; InvalidArgument if there is nothing to run. */
  static ContainerSpec complete(ContainerSpec asked, ImageConfig image) {
    var program = program(asked.program(), image);
    if (program.entrypoint().orElse(List.of()).isEmpty()
        && program.command().orElse(List.of()).isEmpty()) {
      throw new InvalidArgument("no command specified");
    }
    var life = asked.lifecycle();
    String stopSignal = life.stopSignal().isEmpty() ? image.stopSignal() : life.stopSignal();
    var labels = new LinkedHashMap<>(image.labels());
    labels.putAll(asked.labels());
    return asked
        .with(program)
        .with(
            new Lifecycle(
                life.restart(),
                life.autoRemove(),
                stopSignal,
                life.stopTimeoutSeconds(),
                life.init(),
                life.logDriver()))
        .withLabels(labels);
  }

  /**
   * An entrypoint of the caller's puts the image's command aside; one that is present but empty (or
   * one empty word) leaves none.
   */
  private static Program program(Program asked, ImageConfig image) {
    boolean ownEntrypoint = !asked.entrypoint().orElse(List.of()).isEmpty();
    List<String> entrypoint = asked.entrypoint().orElse(image.entrypoint());
    List<String> command = asked.command().orElse(List.of());
    if (!ownEntrypoint && command.isEmpty()) {
      command = image.command();
    }
    if (entrypoint.equals(List.of(""))) {
      entrypoint = List.of();
    }
    return new Program(
        Optional.of(entrypoint),
        Optional.of(command),
        environment(image.environment(), asked.env()),
        asked.workingDir().isEmpty() ? image.workingDirectory() : asked.workingDir(),
        asked.user().isEmpty() ? image.user() : asked.user(),
        asked.groups());
  }

  /** {@code below} with {@code above} put over it by name; a name alone takes it out. */
  static List<String> environment(List<String> below, List<String> above) {
    Map<String, String> byName = new LinkedHashMap<>();
    for (String entry : below) {
      byName.put(name(entry), entry);
    }
    for (String entry : above) {
      if (entry.contains("=")) {
        byName.put(name(entry), entry);
      } else {
        byName.remove(entry);
      }
    }
    return new ArrayList<>(byName.values());
  }

  private static String name(String entry) {
    int equals = entry.indexOf('=');
    return equals < 0 ? entry : entry.substring(0, equals);
  }
}
