package stowage.cloud;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a describe asks: all filters must hold.
 *
 * @param ids only these, each of which must be there; empty: all
 * @param maxResults of one page; empty: as many as fit
 * @param nextToken of the page before
 */
public record Query(
    List<String> ids,
    List<Filter> filters,
    OptionalInt maxResults,
    Optional<String> nextToken,
    boolean dryRun) {
  /** Everything. */
  public static final Query ALL = of(List.of());

  public Query {
    ids = List.copyOf(ids);
    filters = List.copyOf(filters);
  }

  /** Those with these ids. */
  public static Query of(List<String> ids) {
    return new Query(ids, List.of(), OptionalInt.empty(), Optional.empty(), false);
  }

  /** Those that pass the filters. */
  public static Query where(Filter... filters) {
    return new Query(List.of(), List.of(filters), OptionalInt.empty(), Optional.empty(), false);
  }
}
