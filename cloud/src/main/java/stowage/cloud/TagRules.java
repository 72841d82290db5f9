package stowage.cloud;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What tags may be: at most 50, keys of 1 to 127 characters, values to 255, none of aws's own. */
final class TagRules {
  static final int MAX = 50;
  static final int KEY_MAX = 127;
  static final int VALUE_MAX = 255;

  private TagRules() {}

  static SortedMap<String, String> copy(Map<String, String> tags) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }

  /** The tags of {@code resourceId}, if they may be. */
  static SortedMap<String, String> checked(String resourceId, Map<String, String> tags) {
    tags.forEach(TagRules::check);
    if (tags.size() > MAX) {
      throw new TooMuch.TagsOf(resourceId, MAX).broken();
    }
    return copy(tags);
  }

  private static void check(String key, String value) {
    if (key.isEmpty()
        || key.length() > KEY_MAX
        || key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
      throw new Invalid.Value("tag key", key, "1 to 127 characters, not starting with aws:")
          .broken();
    }
    if (value.length() > VALUE_MAX) {
      throw new Invalid.Value("tag value", value, "at most 255 characters").broken();
    }
  }
}
