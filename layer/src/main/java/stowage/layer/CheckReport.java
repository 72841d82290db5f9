package stowage.layer;

import java.util.List;
import java.util.Optional;
import stowage.base.Digest;

/**
 * What a check of stored layers found.
 *
 * @param layers how many were checked
 * @param bytes how many bytes were read for it
 * @param damaged those whose bytes are not what was stored; they are marked
 * @param repaired indexes that were wrong and have been rebuilt from their tar
 * @param next where to go on when the check stopped early, empty when it is complete
 */
public record CheckReport(
    long layers, long bytes, List<Damage> damaged, List<Digest> repaired, Optional<Digest> next) {
  public CheckReport {
    damaged = List.copyOf(damaged);
    repaired = List.copyOf(repaired);
  }

  /** One layer that is not what was stored, and in which way. */
  public record Damage(Digest diffId, String what) {}
}
