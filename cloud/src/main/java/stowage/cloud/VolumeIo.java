package stowage.cloud;

/**
 * Whether I/O to a volume is on. It goes off when its content may be damaged, until somebody who
 * has looked switches it on, or at once with {@code auto}.
 */
public record VolumeIo(boolean enabled, boolean auto) {
  /** On, and not by itself again. */
  public static final VolumeIo ON = new VolumeIo(true, false);
}
