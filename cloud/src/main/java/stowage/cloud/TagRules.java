package stowage.cloud;

import java.util.Collections;
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
}
