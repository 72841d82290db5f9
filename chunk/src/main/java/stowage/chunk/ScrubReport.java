package stowage.chunk;

import java.util.List;
import java.util.Optional;

/**
 * What a scrub found.
 *
 * @param files looked at
 * @param bytes read and verified
 * @param damages every file or object whose bytes are not what was stored
 * @param next where the next scrub goes on; empty: everything was looked at
 */
public record ScrubReport(long files, long bytes, List<Damage> damages, Optional<String> next) {
  /**
   * One damaged thing.
   *
   * @param file below the store's folder
   * @param what for people: the object and what is wrong with it
   * @param snapshots the ids of those that name it
   * @param healed whether another copy has taken its place
   */
  public record Damage(String file, String what, List<String> snapshots, boolean healed) {}
}
