package stowage.oci;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/**
 * An image's config: how to run it, what its layers are, how it came to be. The exact bytes are
 * kept, because their digest is the image's id; this is a typed view of them, and what it does not
 * know survives an edit.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image-spec,
 *     config</a>
 */
public final class ImageConfig {
  /** Bytes of a config. */
  public static final int BYTES_MAX = 4 << 20;

  private static final String WHAT = "image config";

  private final byte[] bytes;
  private final Digest digest;
  private final JsonObject json;
  private final JsonObject config;
  private final Platform platform;
  private final Optional<Instant> created;
  private final List<Digest> diffIds;
  private final List<History> history;
  private final ImageRuntime runtime;

  /** One step of an image's history; {@code emptyLayer} if it made no layer. */
  public record History(
      Optional<Instant> created,
      String createdBy,
      String author,
      String comment,
      boolean emptyLayer) {
    private static History of(JsonObject json) {
      return new History(
          time(json, "created"),
          json.string("created_by", ""),
          json.string("author", ""),
          json.string("comment", ""),
          json.bool("empty_layer"));
    }

    private Map<String, Object> json() {
      var json = new LinkedHashMap<String, Object>();
      created.ifPresent(time -> json.put("created", time.toString()));
      putUnlessEmpty(json, "author", author);
      putUnlessEmpty(json, "created_by", createdBy);
      putUnlessEmpty(json, "comment", comment);
      if (emptyLayer) {
        json.put("empty_layer", true);
      }
      return json;
    }

    private static void putUnlessEmpty(Map<String, Object> json, String name, String value) {
      if (!value.isEmpty()) {
        json.put(name, value);
      }
    }
  }

  /** How a container's health is asked; durations in nanoseconds, 0 is inherited or the default. */
  public record Healthcheck(
      List<String> test,
      long interval,
      long timeout,
      long startPeriod,
      long startInterval,
      long retries) {
    /** Reads one as it stands in a config or in a request. */
    public static Healthcheck of(JsonObject json) {
      return new Healthcheck(
          json.strings("Test"),
          json.number("Interval", 0),
          json.number("Timeout", 0),
          json.number("StartPeriod", 0),
          json.number("StartInterval", 0),
          json.number("Retries", 0));
    }
  }

  private ImageConfig(byte[] bytes, JsonObject json) {
    this.bytes = bytes;
    this.json = json;
    digest = Digest.of(bytes);
    config = json.object("config").orElseGet(() -> JsonObject.of(Map.of(), "config"));
    platform = Platform.of(json);
    created = time(json, "created");
    diffIds = diffIds(json);
    history = json.objects("history").stream().map(History::of).toList();
    runtime = ImageRuntime.of(config);
    json.string("author");
  }

  private static List<Digest> diffIds(JsonObject json) {
    JsonObject rootfs =
        json.object("rootfs")
            .orElseThrow(() -> new StowageException.InvalidArgument(WHAT + ".rootfs: missing"));
    if (!rootfs.string("type", "layers").equals("layers")) {
      throw new StowageException.InvalidArgument(
          WHAT + ".rootfs.type", rootfs.string("type", ""), "layers");
    }
    List<String> names = rootfs.strings("diff_ids");
    if (names.size() > Manifest.LAYERS_MAX) {
      throw new StowageException.InvalidArgument(
          WHAT + ".rootfs.diff_ids", names.size() + " layers", "at most " + Manifest.LAYERS_MAX);
    }
    return names.stream().map(Digest::parse).toList();
  }

  private static Optional<Instant> time(JsonObject json, String name) {
    Optional<String> text = json.string(name).filter(s -> !s.isEmpty());
    try {
      return text.map(s -> OffsetDateTime.parse(s).toInstant());
    } catch (DateTimeException e) {
      throw new StowageException.InvalidArgument(name, text.orElse(""), "a time of RFC 3339");
    }
  }

  /**
   * Reads a config.
   *
   * @throws stowage.base.StowageException.Corrupt if it is not one, or breaks a limit
   */
  public static ImageConfig parse(byte[] json) {
    byte[] own = json.clone();
    return OciJson.read(own, BYTES_MAX, WHAT, object -> new ImageConfig(own, object));
  }

  /** A config with no layers and nothing to run, for {@code docker import}. */
  public static ImageConfig blank(Platform platform, Instant created) {
    var json = new LinkedHashMap<String, Object>(platform.json());
    json.put("created", created.toString());
    json.put("config", Map.of());
    json.put("rootfs", rootfs(List.of()));
    json.put("history", List.of());
    return parse(Json.bytes(json));
  }

  private static Map<String, Object> rootfs(List<Digest> diffIds) {
    var rootfs = new LinkedHashMap<String, Object>();
    rootfs.put("type", "layers");
    rootfs.put("diff_ids", diffIds.stream().map(Digest::toString).toList());
    return rootfs;
  }

  /** The bytes it was read from, or that an edit made. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The digest of the bytes: the image's id. */
  public Digest digest() {
    return digest;
  }

  /** Everything, as written. */
  public JsonObject json() {
    return json;
  }

  public Platform platform() {
    return platform;
  }

  public Optional<Instant> created() {
    return created;
  }

  public String author() {
    return json.string("author", "");
  }

  /** The layers' digests uncompressed, lowest first; at most {@link Manifest#LAYERS_MAX}. */
  public List<Digest> diffIds() {
    return diffIds;
  }

  public List<History> history() {
    return history;
  }

  /** The object {@code config}: what Docker shows as {@code Config}; empty when absent. */
  public JsonObject config() {
    return config;
  }

  public List<String> entrypoint() {
    return runtime.entrypoint();
  }

  public List<String> command() {
    return runtime.command();
  }

  /** {@code NAME=value}, in the order written. */
  public List<String> environment() {
    return runtime.environment();
  }

  /** Empty when not said. */
  public String workingDirectory() {
    return runtime.workingDirectory();
  }

  /** {@code user[:group]}, names or numbers; empty when not said. */
  public String user() {
    return runtime.user();
  }

  /** Container paths that get a volume, in the order written. */
  public List<String> volumes() {
    return runtime.volumes();
  }

  /** {@code port/protocol}, in the order written. */
  public List<String> exposedPorts() {
    return runtime.exposedPorts();
  }

  public Map<String, String> labels() {
    return runtime.labels();
  }

  /** Empty when not said. */
  public String stopSignal() {
    return runtime.stopSignal();
  }

  public Optional<Healthcheck> healthcheck() {
    return runtime.healthcheck();
  }

  /** The shell of shell-form commands; empty when not said. */
  public List<String> shell() {
    return runtime.shell();
  }

  /**
   * A new config: one more step of history and, unless the step is empty, its layer on top. The
   * step's time and author, where it has them, become the image's.
   */
  public ImageConfig with(History step, Optional<Digest> diffId) {
    assert step.emptyLayer() == diffId.isEmpty();
    var layers = new ArrayList<>(diffIds);
    diffId.ifPresent(layers::add);
    List<Object> steps = new ArrayList<>();
    json.objects("history").forEach(old -> steps.add(old.map()));
    steps.add(step.json());
    var fields = new LinkedHashMap<String, Object>();
    step.created().ifPresent(time -> fields.put("created", time.toString()));
    if (!step.author().isEmpty()) {
      fields.put("author", step.author());
    }
    fields.put("history", steps);
    fields.put("rootfs", rootfs(layers));
    return withFields(fields);
  }

  /** A new config with another {@code config} object. */
  public ImageConfig withConfig(Map<String, Object> config) {
    return withFields(Map.of("config", config));
  }

  /** A new config with other fields at the top, null removing one; for what has no word here. */
  public ImageConfig withFields(Map<String, Object> fields) {
    var all = new LinkedHashMap<>(json.map());
    fields.forEach(
        (name, value) -> {
          if (value == null) {
            all.remove(name);
          } else {
            all.put(name, value);
          }
        });
    return parse(Json.bytes(all));
  }
}
