package stowage.cloud;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a caller says about a volume's type, size and speed; what is empty follows from the type, or
 * stays as it is.
 *
 * @param throughput MiB/s
 */
public record AskedConfig(
    Optional<String> type,
    OptionalLong sizeGib,
    OptionalLong iops,
    OptionalLong throughput,
    Optional<Boolean> multiAttach) {
  /** Nothing said. */
  public static final AskedConfig NONE =
      new AskedConfig(
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty());

  /** Of a type and a size, with the type's speed. */
  public static AskedConfig of(String type, long sizeGib) {
    return new AskedConfig(
        Optional.of(type),
        OptionalLong.of(sizeGib),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }
}
