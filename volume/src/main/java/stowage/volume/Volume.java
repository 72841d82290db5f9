package stowage.volume;

import java.time.Instant;
import java.util.Map;

/**
 * A named directory the agent manages for containers.
 *
 * @param options the driver's, as they were given
 * @param anonymous whether it was made without a name, for one container
 * @param mountpoint the host path of its content
 */
public record Volume(
    String name,
    String driver,
    Map<String, String> options,
    Map<String, String> labels,
    Instant created,
    boolean anonymous,
    String mountpoint) {
  /** The label an anonymous volume has; its value is empty. */
  public static final String ANONYMOUS_LABEL = "com.docker.volume.anonymous";

  public Volume {
    options = Map.copyOf(options);
    labels = Map.copyOf(labels);
  }
}
