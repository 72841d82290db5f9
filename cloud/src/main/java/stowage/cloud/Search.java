package stowage.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import stowage.store.Records;

/**
 * Describes: those of a table that a query asks for, by id and by pages. Each is settled before its
 * filters are asked.
 *
 * @param fields what filters there are besides those on tags, and the values an item has
 */
record Search<T>(
    Table<T> table,
    Kind kind,
    Map<String, Function<T, Stream<String>>> fields,
    Function<T, Map<String, String>> tags) {
  static final int RESULTS_MIN = 5;
  static final int RESULTS_MAX = 1000;
  private static final int VALUES_MAX = 200;
  private static final int BATCH = 200;
  private static final String TAG = "tag:";

  /**
   * The page a query asks for.
   *
   * @param settle brings an item to what it is by now; empty: it is not there any more
   * @param shown what is answered at all
   */
  Page<T> page(Records records, Query query, Function<T, Optional<T>> settle, Predicate<T> shown) {
    Predicate<T> matches = matching(fields, tags, query.filters());
    int limit = limit(query);
    query.ids().forEach(id -> kind.require(kind.word() + "Id", id));
    String question = Integer.toHexString(query.filters().hashCode());
    String after = query.nextToken().map(token -> start(token, question)).orElse("");
    Domain.dryRun(query.dryRun());
    if (!query.ids().isEmpty()) {
      var found = new ArrayList<T>();
      for (String id : query.ids().stream().sorted().distinct().toList()) {
        T item =
            table
                .find(records, id)
                .flatMap(settle)
                .filter(shown)
                .orElseThrow(() -> kind.missing(id).broken());
        if (matches.test(item)) {
          found.add(item);
        }
      }
      return new Page<>(found, Optional.empty());
    }
    var found = new ArrayList<T>();
    while (true) {
      var batch = records.page(table.kind(), "", after, BATCH);
      for (var entry : batch.entrySet()) {
        var item =
            settle.apply(table.read(entry.getKey(), entry.getValue())).filter(shown.and(matches));
        if (item.isPresent() && found.size() == limit) {
          return new Page<>(found, Optional.of(token(after, question)));
        }
        item.ifPresent(found::add);
        after = entry.getKey();
      }
      if (batch.size() < BATCH) {
        return new Page<>(found, Optional.empty());
      }
    }
  }

  private int limit(Query query) {
    if (query.maxResults().isEmpty()) {
      return RESULTS_MAX;
    }
    int asked = query.maxResults().getAsInt();
    if (!query.ids().isEmpty()) {
      throw new InvalidQuery.IdsWithResults(kind.word() + "sSet").broken();
    }
    if (asked < RESULTS_MIN || asked > RESULTS_MAX) {
      throw new InvalidQuery.Results(asked, RESULTS_MIN, RESULTS_MAX).broken();
    }
    return asked;
  }

  static String token(String after, String question) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((question + " " + after).getBytes(UTF_8));
  }

  static String start(String token, String question) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), UTF_8);
      if (text.startsWith(question + " ")) {
        return text.substring(question.length() + 1);
      }
    } catch (IllegalArgumentException e) {
      throw new InvalidQuery.PageToken(token).broken();
    }
    throw new InvalidQuery.PageToken(token).broken();
  }

  /** Whether all filters hold. */
  static <T> Predicate<T> matching(
      Map<String, Function<T, Stream<String>>> fields,
      Function<T, Map<String, String>> tags,
      List<Filter> filters) {
    if (filters.stream().mapToInt(filter -> filter.values().size()).sum() > VALUES_MAX) {
      throw new TooMuch.Filters(VALUES_MAX).broken();
    }
    Predicate<T> all = item -> true;
    for (var filter : filters) {
      if (filter.values().isEmpty()) {
        throw new InvalidQuery.EmptyFilter(filter.name()).broken();
      }
      var values = values(fields, tags, filter.name());
      var patterns = filter.values().stream().map(Search::pattern).toList();
      all =
          all.and(
              item ->
                  values
                      .apply(item)
                      .anyMatch(
                          value -> patterns.stream().anyMatch(p -> p.matcher(value).matches())));
    }
    return all;
  }

  private static <T> Function<T, Stream<String>> values(
      Map<String, Function<T, Stream<String>>> fields,
      Function<T, Map<String, String>> tags,
      String name) {
    if (name.startsWith(TAG)) {
      String key = name.substring(TAG.length());
      return item -> Optional.ofNullable(tags.apply(item).get(key)).stream();
    }
    if (name.equals("tag-key")) {
      return item -> tags.apply(item).keySet().stream();
    }
    var field = fields.get(name);
    if (field == null) {
      String known = String.join(", ", fields.keySet().stream().sorted().toList());
      throw new InvalidQuery.UnknownFilter(name, known + ", tag:KEY, tag-key").broken();
    }
    return field;
  }

  private static Pattern pattern(String value) {
    var regex = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        i++;
        regex.append(Pattern.quote(value.substring(i, i + 1)));
      } else if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
