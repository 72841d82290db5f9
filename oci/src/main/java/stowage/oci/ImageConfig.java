package stowage.oci;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.JsonObject;

/**
 * An image's config: how to run it, what its layers are, how it came to be. The exact bytes are
 * kept, because their digest is the image's id; this is a typed view of them, and what it does not
 * know survives an edit.
 */
public final class ImageConfig {
  /** Bytes of a config. */
  public static final int BYTES_MAX = 4 << 20;

  /** One step of an image's history; {@code emptyLayer} if it made no layer. */
  public record History(
      Optional<Instant> created,
      String createdBy,
      String author,
      String comment,
      boolean emptyLayer) {}

  /** How a container's health is asked; durations in nanoseconds, 0 is inherited or the default. */
  public record Healthcheck(
      List<String> test,
      long interval,
      long timeout,
      long startPeriod,
      long startInterval,
      long retries) {}

  private ImageConfig() {}

  /**
   * Reads a config.
   *
   * @throws stowage.base.StowageException.Corrupt if it is not one, or breaks a limit
   */
  public static ImageConfig parse(byte[] json) {
    throw new AssertionError("comes next");
  }

  /** A config with no layers and nothing to run, for {@code docker import}. */
  public static ImageConfig blank(Platform platform, Instant created) {
    throw new AssertionError("comes next");
  }

  /** The bytes it was read from, or that an edit made. */
  public byte[] bytes() {
    throw new AssertionError("comes next");
  }

  /** The digest of the bytes: the image's id. */
  public Digest digest() {
    throw new AssertionError("comes next");
  }

  /** Everything, as written. */
  public JsonObject json() {
    throw new AssertionError("comes next");
  }

  public Platform platform() {
    throw new AssertionError("comes next");
  }

  public Optional<Instant> created() {
    throw new AssertionError("comes next");
  }

  public String author() {
    throw new AssertionError("comes next");
  }

  /** The layers' digests uncompressed, lowest first; at most {@link Manifest#LAYERS_MAX}. */
  public List<Digest> diffIds() {
    throw new AssertionError("comes next");
  }

  public List<History> history() {
    throw new AssertionError("comes next");
  }

  /** The object {@code config}: what Docker shows as {@code Config}; empty when absent. */
  public JsonObject config() {
    throw new AssertionError("comes next");
  }

  public List<String> entrypoint() {
    throw new AssertionError("comes next");
  }

  public List<String> command() {
    throw new AssertionError("comes next");
  }

  /** {@code NAME=value}, in the order written. */
  public List<String> environment() {
    throw new AssertionError("comes next");
  }

  /** Empty when not said. */
  public String workingDirectory() {
    throw new AssertionError("comes next");
  }

  /** {@code user[:group]}, names or numbers; empty when not said. */
  public String user() {
    throw new AssertionError("comes next");
  }

  /** Container paths that get a volume, in the order written. */
  public List<String> volumes() {
    throw new AssertionError("comes next");
  }

  /** {@code port/protocol}, in the order written. */
  public List<String> exposedPorts() {
    throw new AssertionError("comes next");
  }

  public Map<String, String> labels() {
    throw new AssertionError("comes next");
  }

  /** Empty when not said. */
  public String stopSignal() {
    throw new AssertionError("comes next");
  }

  public Optional<Healthcheck> healthcheck() {
    throw new AssertionError("comes next");
  }

  /** The shell of shell-form commands; empty when not said. */
  public List<String> shell() {
    throw new AssertionError("comes next");
  }

  /**
   * A new config: one more step of history and, unless the step is empty, its layer on top. The
   * step's time becomes the image's.
   */
  public ImageConfig with(History step, Optional<Digest> diffId) {
    throw new AssertionError("comes next");
  }

  /** A new config with another {@code config} object. */
  public ImageConfig withConfig(Map<String, Object> config) {
    throw new AssertionError("comes next");
  }

  /** A new config with other fields at the top, null removing one; for what has no word here. */
  public ImageConfig withFields(Map<String, Object> fields) {
    throw new AssertionError("comes next");
  }
}
