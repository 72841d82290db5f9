package stowage.image;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.oci.Reference;

/** Docker's filters of images, for listing and for pruning. */
final class Filters {
  private static final Set<String> LISTING =
      Set.of("dangling", "label", "label!", "before", "since", "until", "reference");
  private static final Set<String> PRUNING = Set.of("dangling", "label", "label!", "until");

  private final Catalog catalog;
  private final Time time;
  private final Map<String, List<String>> filters;
  private final Optional<Instant> before;
  private final Optional<Instant> since;
  private final Optional<Instant> until;

  private Filters(
      Catalog catalog, Time time, Map<String, List<String>> filters, Set<String> known) {
    for (var name : filters.keySet()) {
      if (!known.contains(name)) {
        throw new StowageException.InvalidArgument("invalid filter '%s'".formatted(name));
      }
    }
    this.catalog = catalog;
    this.time = time;
    this.filters = filters;
    this.before = image("before");
    this.since = image("since");
    this.until = until();
  }

  static Filters forList(Catalog catalog, Time time, Map<String, List<String>> filters) {
    return new Filters(catalog, time, filters, LISTING);
  }

  static Filters forPrune(Catalog catalog, Time time, Map<String, List<String>> filters) {
    return new Filters(catalog, time, filters, PRUNING);
  }

  private Optional<Instant> image(String name) {
    var values = filters.getOrDefault(name, List.of());
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(Names.require(catalog.now(), values.getFirst()).created());
  }

  private Optional<Instant> until() {
    var values = filters.getOrDefault("until", List.of());
    if (values.size() > 1) {
      throw new StowageException.InvalidArgument("more than one until filter specified");
    }
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(GoDuration.moment(values.getFirst(), time.now()));
  }

  /** What was said of dangling, if anything. */
  Optional<Boolean> dangling() {
    var values = filters.getOrDefault("dangling", List.of());
    if (values.isEmpty()) {
      return Optional.empty();
    }
    return switch (values.getFirst()) {
      case "true", "1", "t", "T", "TRUE", "True" -> Optional.of(true);
      case "false", "0", "f", "F", "FALSE", "False" -> Optional.of(false);
      default ->
          throw new StowageException.InvalidArgument(
              "invalid value for filter 'dangling': \"%s\"".formatted(values.getFirst()));
    };
  }

  /** Whether the image's own facts fit: age and labels. */
  boolean fit(Entry image) {
    return before.filter(at -> !image.created().isBefore(at)).isEmpty()
        && since.filter(at -> !image.created().isAfter(at)).isEmpty()
        && until.filter(at -> image.created().isAfter(at)).isEmpty()
        && labelsFit(image);
  }

  private boolean labelsFit(Entry image) {
    var wanted = filters.getOrDefault("label", List.of());
    var unwanted = filters.getOrDefault("label!", List.of());
    if (wanted.isEmpty() && unwanted.isEmpty()) {
      return true;
    }
    var labels = new Tales.Labels(catalog).of(image.id());
    return wanted.stream().allMatch(label -> has(labels, label))
        && unwanted.stream().noneMatch(label -> has(labels, label));
  }

  private static boolean has(Map<String, String> labels, String wanted) {
    int equals = wanted.indexOf('=');
    return equals < 0
        ? labels.containsKey(wanted)
        : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
  }

  boolean hasReferences() {
    return filters.containsKey("reference");
  }

  /** Those of the image's references that fit the patterns; all when there are none. */
  List<Reference> references(Entry image) {
    var patterns = filters.getOrDefault("reference", List.of());
    var fitting = new ArrayList<Reference>();
    for (var reference : image.parsedReferences()) {
      if (patterns.isEmpty()
          || patterns.stream()
              .map(Filters::glob)
              .anyMatch(
                  glob ->
                      glob.matcher(reference.familiar()).matches()
                          || glob.matcher(reference.familiarName()).matches())) {
        fitting.add(reference);
      }
    }
    return fitting;
  }

  /** Go's path.Match: stars and question marks stop at slashes. */
  private static Pattern glob(String pattern) {
    var regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case '*' -> regex.append("[^/]*");
        case '?' -> regex.append("[^/]");
        case '[', ']' -> regex.append(c);
        case '-' -> regex.append('-');
        case '\\' ->
            regex.append(
                Pattern.quote(i + 1 < pattern.length() ? pattern.substring(++i, i + 1) : ""));
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    try {
      return Pattern.compile(regex.toString());
    } catch (PatternSyntaxException e) {
      throw new StowageException.InvalidArgument("syntax error in pattern: " + pattern);
    }
  }
}
