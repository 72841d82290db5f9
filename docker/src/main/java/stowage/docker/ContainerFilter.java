package stowage.docker;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import stowage.base.StowageException.InvalidArgument;
import stowage.container.Container;
import stowage.container.Mount;
import stowage.container.State;
import stowage.image.Image;
import stowage.oci.Reference;

/** Which containers {@code ps} is asked for. */
final class ContainerFilter {
  private static final Set<String> KNOWN =
      Set.of(
          "ancestor",
          "before",
          "exited",
          "expose",
          "health",
          "id",
          "is-task",
          "isolation",
          "label",
          "name",
          "network",
          "publish",
          "since",
          "status",
          "volume");

  private static final List<String> STATES =
      List.of("created", "running", "paused", "restarting", "removing", "exited", "dead");

  private final Engine engine;
  private final Filters filters;
  private final Optional<Instant> before;
  private final Optional<Instant> since;

  ContainerFilter(Engine engine, Filters filters) {
    this.engine = engine;
    this.filters = filters.check(KNOWN);
    for (String status : filters.of("status")) {
      if (!STATES.contains(status)) {
        throw new InvalidArgument("invalid filter 'status=%s'".formatted(status));
      }
    }
    for (String code : filters.of("exited")) {
      if (!code.matches("-?\\d{1,9}")) {
        throw new InvalidArgument("invalid filter 'exited=%s'".formatted(code));
      }
    }
    this.before = created("before");
    this.since = created("since");
  }

  private Optional<Instant> created(String filter) {
    return filters.of(filter).stream()
        .findFirst()
        .map(name -> engine.containers().require(name).created());
  }

  /** Whether those that do not run are meant too, though nobody said "all". */
  boolean reachesStopped() {
    return filters.has("status")
        || filters.has("exited")
        || before.isPresent()
        || since.isPresent();
  }

  boolean test(Container container) {
    return any("id", container.id()::startsWith)
        && any("name", name -> nameMatches(container, name))
        && any("status", container.state().word()::equals)
        && any("exited", code -> exited(container, code))
        && filters.labels(container.spec().labels())
        && before.filter(at -> !container.created().isBefore(at)).isEmpty()
        && since.filter(at -> !container.created().isAfter(at)).isEmpty()
        && any("ancestor", name -> isFrom(container, name))
        && any("volume", wanted -> hasMount(container, wanted))
        && any("network", Endpoints.of(container)::containsKey)
        && any("health", "none"::equals)
        && !filters.has("publish")
        && !filters.has("expose")
        && !filters.flag("is-task").orElse(false);
  }

  private boolean any(String filter, Predicate<String> test) {
    return !filters.has(filter) || filters.of(filter).stream().anyMatch(test);
  }

  private static boolean nameMatches(Container container, String pattern) {
    try {
      var compiled = Pattern.compile(pattern);
      return compiled.matcher("/" + container.name()).find()
          || compiled.matcher(container.name()).find();
    } catch (PatternSyntaxException e) {
      return container.name().contains(pattern);
    }
  }

  private static boolean exited(Container container, String code) {
    return container.state() instanceof State.Exited exited
        && exited.exitCode() == Integer.parseInt(code);
  }

  /** Whether the container's image is the named one or lies on it. */
  private boolean isFrom(Container container, String name) {
    Optional<Image> image = engine.images().find(name);
    if (image.isEmpty()) {
      return Reference.find(name).isPresent() && container.spec().image().equals(name);
    }
    var below = image.get().diffIds();
    var chain = container.chain();
    return container.imageId().equals(image.get().id())
        || below.size() <= chain.size()
            && chain.subList(0, below.size()).equals(below)
            && isParent(image.get(), container);
  }

  private boolean isParent(Image ancestor, Container container) {
    var image = engine.images().byId(container.imageId());
    while (image.isPresent()) {
      if (image.get().id().equals(ancestor.id())) {
        return true;
      }
      image = image.get().parent().flatMap(engine.images()::byId);
    }
    return false;
  }

  private static boolean hasMount(Container container, String wanted) {
    return container.spec().storage().mounts().stream()
        .anyMatch(
            mount ->
                mount.target().equals(wanted)
                    || mount instanceof Mount.Volume volume && volume.name().equals(wanted)
                    || mount instanceof Mount.Bind bind && bind.source().equals(wanted));
  }
}
