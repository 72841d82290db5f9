package stowage.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Parameters of an action as a tree: {@code Filter.1.Value.2=x} is the second value of the first
 * filter. Built only of names a {@link Grammar} has, so its depth and its lists are bounded and
 * every number and boolean in it is one.
 */
final class Params {
  private String value;
  private final Map<String, Params> fields = new LinkedHashMap<>();
  private final TreeMap<Integer, Params> members = new TreeMap<>();

  /** Adds a leaf; false if there is one of that name already. */
  boolean put(String name, String leaf) {
    Params at = this;
    for (String segment : name.split("\\.")) {
      at =
          Character.isDigit(segment.charAt(0))
              ? at.members.computeIfAbsent(Integer.valueOf(segment), _ -> new Params())
              : at.fields.computeIfAbsent(segment, _ -> new Params());
    }
    if (at.value != null) {
      return false;
    }
    at.value = leaf;
    return true;
  }

  /** The value of {@code name}; an empty one is none. */
  Optional<String> text(String name) {
    return written(name).filter(text -> !text.isEmpty());
  }

  /** The value of {@code name} as written, perhaps empty. */
  Optional<String> written(String name) {
    return Optional.ofNullable(at(name).value);
  }

  /** A value the grammar requires. */
  String required(String name) {
    return text(name).orElseThrow(() -> Refusal.missing(Grammar.spoken(name)));
  }

  Optional<Long> integer(String name) {
    return text(name).map(Long::valueOf);
  }

  Optional<Boolean> bool(String name) {
    return text(name).map(Boolean::valueOf);
  }

  boolean flag(String name) {
    return bool(name).orElse(false);
  }

  /** The members of a list of texts, in the order of their numbers, which may have gaps. */
  List<String> texts(String name) {
    var texts = new ArrayList<String>();
    for (Params member : members(name)) {
      texts.add(member.value == null ? "" : member.value);
    }
    return texts;
  }

  /** The members of a list. */
  List<Params> members(String name) {
    return List.copyOf(at(name).members.values());
  }

  /** A structure; an empty one if it is not there. */
  Params at(String name) {
    Params found = fields.get(name);
    return found == null ? new Params() : found;
  }

  /** Whether anything of {@code name} was given. */
  boolean has(String name) {
    return fields.containsKey(name);
  }
}
