package stowage.cloud;

/**
 * How a volume does.
 *
 * @param health all in all
 * @param ioEnabled whether reads and writes go through
 * @param initialization how much of its snapshot is there
 */
public record VolumeStatus(
    String volumeId, String zone, Health health, boolean ioEnabled, Initialization initialization) {

  /** EC2's words are these in lower case, with dashes. */
  public enum Health {
    OK,
    WARNING,
    IMPAIRED,
    INSUFFICIENT_DATA
  }

  /** From where content comes. */
  public enum InitializationType {
    NONE,
    DEFAULT,
    PROVISIONED_RATE,
    VOLUME_COPY
  }

  /**
   * The copy of a snapshot's content into the volume.
   *
   * @param percent 0..100; 100 if there is nothing to copy
   */
  public record Initialization(InitializationType type, int percent) {
    public boolean completed() {
      return percent == 100;
    }
  }
}
