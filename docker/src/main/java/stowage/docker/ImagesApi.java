package stowage.docker;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stowage.base.Digest;
import stowage.http.Router;
import stowage.image.Image;
import stowage.image.Removal;
import stowage.oci.ImageConfig;
import stowage.oci.Reference;

/** {@code /images}: what is there, its names, and its removal. */
final class ImagesApi {
  private static final Set<String> PRUNE_FILTERS = Set.of("dangling", "label", "label!", "until");

  private final Engine engine;

  ImagesApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("GET", "/images/json", this::list)
        .add("POST", "/images/prune", this::prune)
        .add("GET", "/images/(?<name>.+)/json", this::inspect)
        .add("GET", "/images/(?<name>.+)/history", this::history)
        .add("POST", "/images/(?<name>.+)/tag", this::tag)
        .add("DELETE", "/images/(?<name>.+)", this::remove);
  }

  private void list(Call call) throws IOException {
    var images = engine.images().list(call.filters().all(), call.flag("all"));
    var shared =
        call.flag("shared-size")
            ? engine.images().usage().sharedBytes()
            : Map.<Digest, Long>of();
    call.json(
        200,
        images.stream()
            .map(
                image ->
                    Rows.image(image, shared.getOrDefault(image.id(), -1L), -1, call.version()))
            .toList());
  }

  private void inspect(Call call) throws IOException {
    Image image = engine.images().require(call.path("name"));
    var config = image.config();
    var json = config.json();
    var answer = new LinkedHashMap<String, Object>();
    answer.put("Id", image.id().toString());
    answer.put("RepoTags", image.tags());
    answer.put("RepoDigests", image.repoDigests());
    answer.put("Parent", image.parent().map(Digest::toString).orElse(""));
    answer.put("Comment", comment(config));
    if (config.created().isPresent()) {
      answer.put("Created", Times.rfc3339(config.created().get()));
    }
    answer.put("DockerVersion", json.string("docker_version", ""));
    answer.put("Author", config.author());
    answer.put("Config", config.config().map());
    answer.put("Architecture", config.platform().architecture());
    if (!config.platform().variant().isEmpty()) {
      answer.put("Variant", config.platform().variant());
    }
    answer.put("Os", config.platform().os());
    answer.put("Size", image.sizeBytes());
    if (!call.version().atLeast(44)) {
      answer.put("VirtualSize", image.sizeBytes());
    }
    answer.put("GraphDriver", graphDriver());
    var rootfs = new LinkedHashMap<String, Object>();
    rootfs.put("Type", "layers");
    rootfs.put("Layers", image.diffIds());
    answer.put("RootFS", rootfs);
    boolean tagged = image.lastTagged().getEpochSecond() > 0;
    answer.put(
        "Metadata",
        Map.of("LastTagTime", tagged ? Times.rfc3339(image.lastTagged()) : Times.NEVER));
    call.json(200, answer);
  }

  private Map<String, Object> graphDriver() {
    var driver = new LinkedHashMap<String, Object>();
    driver.put("Data", null);
    driver.put("Name", engine.host().driver());
    return driver;
  }

  /** The image's own, or that of its last step. */
  private static String comment(ImageConfig config) {
    String own = config.json().string("comment", "");
    var history = config.history();
    return own.isEmpty() && !history.isEmpty() ? history.getLast().comment() : own;
  }

  private void history(Call call) throws IOException {
    var steps =
        engine.images().history(call.path("name")).stream()
            .map(
                step -> {
                  var json = new LinkedHashMap<String, Object>();
                  json.put("Comment", step.comment());
                  json.put("Created", step.created().getEpochSecond());
                  json.put("CreatedBy", step.createdBy());
                  json.put("Id", step.id());
                  json.put("Size", step.sizeBytes());
                  json.put("Tags", step.tags().isEmpty() ? null : step.tags());
                  return json;
                })
            .toList();
    call.json(200, steps);
  }

  private void tag(Call call) throws IOException {
    engine.images().tag(call.path("name"), reference(call.query("repo"), call.query("tag")));
    call.empty(201);
  }

  /** A repository and a tag or digest, as the client gives them apart. */
  static String reference(String repository, String tag) {
    if (tag.isEmpty()) {
      return repository;
    }
    String plain = Reference.parse(repository).repository().familiarName();
    return tag.contains(":") ? plain + "@" + tag : plain + ":" + tag;
  }

  private void remove(Call call) throws IOException {
    var removals =
        engine
            .images()
            .remove(
                call.path("name"),
                call.flag("force"),
                !call.flag("noprune"),
                engine.containers());
    call.json(200, removals.stream().map(ImagesApi::removal).toList());
  }

  private static Map<String, String> removal(Removal removal) {
    return switch (removal) {
      case Removal.Untagged(String name) -> Map.of("Untagged", name);
      case Removal.Deleted(String name) -> Map.of("Deleted", name);
    };
  }

  private void prune(Call call) throws IOException {
    var filters = call.filters().check(PRUNE_FILTERS);
    var pruned = engine.images().prune(filters.all(), engine.containers());
    var answer = new LinkedHashMap<String, Object>();
    List<Map<String, String>> removals =
        pruned.removals().stream().map(ImagesApi::removal).toList();
    answer.put("ImagesDeleted", removals.isEmpty() ? null : removals);
    answer.put("SpaceReclaimed", pruned.reclaimedBytes());
    call.json(200, answer);
  }
}
