package stowage.cloud;

import java.util.List;

/**
 * What a describe of snapshots asks.
 *
 * @param owners account ids, {@code self}, {@code amazon}; empty: any
 * @param restorableBy account ids, {@code self}, {@code all}; empty: any
 */
public record SnapshotQuery(List<String> owners, List<String> restorableBy, Query query) {
  /** Of all owners. */
  public static SnapshotQuery of(Query query) {
    return new SnapshotQuery(List.of(), List.of(), query);
  }
}
