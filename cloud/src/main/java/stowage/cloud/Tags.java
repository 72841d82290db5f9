package stowage.cloud;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import stowage.store.Records;

/** The tags of a region's volumes, snapshots and instances. Any thread may call. */
public final class Tags {
  private static final int BATCH = 500;

  private final Domain domain;

  Tags(Domain domain) {
    this.domain = domain;
  }

  /** Sets tags on all of these, or on none. */
  public void create(List<String> resourceIds, Map<String, String> tags, boolean dryRun) {
    change(
        resourceIds,
        dryRun,
        present -> {
          var next = new TreeMap<>(present);
          next.putAll(tags);
          return next;
        });
  }

  /**
   * Removes tags; an empty value in the map means only a tag without a value, an absent one any.
   */
  public void delete(List<String> resourceIds, Map<String, Optional<String>> tags, boolean dryRun) {
    change(
        resourceIds,
        dryRun,
        present -> {
          var next = new TreeMap<>(present);
          tags.forEach(
              (key, value) -> {
                if (value.isEmpty() || value.get().equals(next.get(key))) {
                  next.remove(key);
                }
              });
          return next;
        });
  }

  private void change(
      List<String> ids, boolean dryRun, UnaryOperator<SortedMap<String, String>> change) {
    for (String id : ids) {
      kind(id).require("resourceId", id);
    }
    domain
        .records()
        .transact(
            records -> {
              ids.forEach(id -> change(records, id, change));
              Domain.dryRun(dryRun);
              return null;
            });
  }

  private static Kind kind(String id) {
    return Kind.of(id).orElseThrow(() -> new NoSuch.Taggable(id).broken());
  }

  private static void change(
      Records.Transaction records, String id, UnaryOperator<SortedMap<String, String>> change) {
    Kind kind = kind(id);
    switch (kind) {
      case VOLUME -> {
        var it = EbsVolumes.required(records, id);
        Table.VOLUMES.put(records, it.tagged(TagRules.checked(id, change.apply(it.tags()))));
      }
      case SNAPSHOT -> {
        var it =
            Table.SNAPSHOTS
                .find(records, id)
                .filter(s -> !(s.state() instanceof SnapshotState.Deleting))
                .orElseThrow(() -> kind.missing(id).broken());
        Table.SNAPSHOTS.put(records, it.tagged(TagRules.checked(id, change.apply(it.tags()))));
      }
      case INSTANCE -> {
        var it = Table.INSTANCES.find(records, id).orElseThrow(() -> kind.missing(id).broken());
        Table.INSTANCES.put(records, it.tagged(TagRules.checked(id, change.apply(it.tags()))));
      }
    }
  }

  /** Those that match, by resource and key. */
  public Page<Tagged> describe(Query query) {
    Map<String, Function<Tagged, Stream<String>>> fields =
        Map.of(
            "key", t -> Stream.of(t.key()),
            "value", t -> Stream.of(t.value()),
            "resource-id", t -> Stream.of(t.resourceId()),
            "resource-type", t -> Stream.of(t.kind().word()));
    var matches = Search.<Tagged>matching(fields, t -> Map.of(t.key(), t.value()), query.filters());
    int limit = query.maxResults().orElse(Search.RESULTS_MAX);
    if (limit < Search.RESULTS_MIN || limit > Search.RESULTS_MAX) {
      throw new InvalidQuery.Results(limit, Search.RESULTS_MIN, Search.RESULTS_MAX).broken();
    }
    String question = Integer.toHexString(query.filters().hashCode());
    String after = query.nextToken().map(token -> Search.start(token, question)).orElse("");
    Domain.dryRun(query.dryRun());
    var all = new ArrayList<Tagged>();
    collect(Table.INSTANCES, Kind.INSTANCE, Instance::tags, all);
    collect(Table.SNAPSHOTS, Kind.SNAPSHOT, EbsSnapshot::tags, all);
    collect(Table.VOLUMES, Kind.VOLUME, EbsVolume::tags, all);
    var left =
        all.stream()
            .filter(tag -> place(tag).compareTo(after) > 0)
            .filter(matches)
            .limit(limit + 1L)
            .toList();
    if (left.size() <= limit) {
      return new Page<>(left, Optional.empty());
    }
    var page = left.subList(0, limit);
    return new Page<>(page, Optional.of(Search.token(place(page.getLast()), question)));
  }

  private static String place(Tagged tag) {
    return tag.resourceId() + "\0" + tag.key();
  }

  private <T> void collect(
      Table<T> table, Kind kind, Function<T, Map<String, String>> tags, List<Tagged> into) {
    String after = "";
    while (true) {
      var page = domain.records().page(table.kind(), "", after, BATCH);
      page.forEach(
          (id, json) ->
              tags.apply(table.read(id, json))
                  .forEach((key, value) -> into.add(new Tagged(id, kind, key, value))));
      if (page.size() < BATCH) {
        return;
      }
      after = page.lastKey();
    }
  }
}
