package stowage.volume;

import java.util.List;
import java.util.Optional;

/**
 * Which volumes a listing or a prune means; what is empty does not filter. Of several values for
 * one key one must match, of labels all.
 *
 * @param dangling whether anything holds it (false) or nothing does (true)
 * @param names parts of the name
 * @param drivers whole names
 * @param labels {@code key} or {@code key=value} it must have
 * @param withoutLabels {@code key} or {@code key=value} it must not have
 */
public record VolumeFilter(
    Optional<Boolean> dangling,
    List<String> names,
    List<String> drivers,
    List<String> labels,
    List<String> withoutLabels) {
  /** Every volume. */
  public static final VolumeFilter ALL =
      new VolumeFilter(Optional.empty(), List.of(), List.of(), List.of(), List.of());

  /** Whether a volume is meant. */
  public boolean test(Volume volume, boolean held) {
    return (dangling.isEmpty() || dangling.get() != held)
        && (names.isEmpty() || names.stream().anyMatch(volume.name()::contains))
        && (drivers.isEmpty() || drivers.contains(volume.driver()))
        && labels.stream().allMatch(label -> has(volume, label))
        && withoutLabels.stream().noneMatch(label -> has(volume, label));
  }

  private static boolean has(Volume volume, String label) {
    int equals = label.indexOf('=');
    return equals < 0
        ? volume.labels().containsKey(label)
        : label.substring(equals + 1).equals(volume.labels().get(label.substring(0, equals)));
  }
}
