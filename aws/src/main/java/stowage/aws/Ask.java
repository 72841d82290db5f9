package stowage.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import stowage.cloud.AskedConfig;
import stowage.cloud.Call;
import stowage.cloud.DryRun;
import stowage.cloud.Encryption;
import stowage.cloud.Filter;
import stowage.cloud.Query;

/** What many actions are asked alike, as the region takes it. */
final class Ask {
  /** Characters of a ClientToken; EC2's limit. */
  static final int CLIENT_TOKEN_CHARS_MAX = 64;

  private Ask() {}

  /** A describe; {@code ids} is the name of the list of ids, empty if it has none. */
  static Query query(Params in, String ids) {
    return new Query(
        ids.isEmpty() ? List.of() : in.texts(ids),
        filters(in),
        maxResults(in),
        in.text("NextToken"),
        in.flag("DryRun"));
  }

  static List<Filter> filters(Params in) {
    var filters = new ArrayList<Filter>();
    for (Params filter : in.members("Filter")) {
      filters.add(new Filter(filter.required("Name"), filter.texts("Value")));
    }
    return filters;
  }

  /** A number far outside of what a page may be stays outside. */
  private static OptionalInt maxResults(Params in) {
    Optional<Long> said = in.integer("MaxResults");
    return said.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Math.clamp(said.get(), Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  static Call call(Params in) {
    Optional<String> token = in.text("ClientToken");
    if (token.isPresent() && token.get().length() > CLIENT_TOKEN_CHARS_MAX) {
      throw Refusal.value(
          "The client token is longer than %d characters".formatted(CLIENT_TOKEN_CHARS_MAX));
    }
    return new Call(token, in.flag("DryRun"));
  }

  /** For actions the region has no word for: a trial ends here. */
  static void dryRun(Params in) {
    if (in.flag("DryRun")) {
      throw new DryRun().broken();
    }
  }

  static AskedConfig config(Params in) {
    return new AskedConfig(
        in.text("VolumeType"),
        number(in, "Size"),
        number(in, "Iops"),
        number(in, "Throughput"),
        in.bool("MultiAttachEnabled"));
  }

  static OptionalLong number(Params in, String name) {
    return in.integer(name).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  static Encryption encryption(Params in) {
    return new Encryption(in.bool("Encrypted"), in.text("KmsKeyId"));
  }

  /** The tags for resources of {@code type} made by this action, which makes {@code types}. */
  static Map<String, String> tags(Params in, String type, Set<String> types) {
    var tags = new LinkedHashMap<String, String>();
    for (Params specification : in.members("TagSpecification")) {
      String of = specification.required("ResourceType");
      if (!types.contains(of)) {
        throw Refusal.value(
            "'%s' is not a valid taggable resource type for this operation.".formatted(of));
      }
      if (of.equals(type)) {
        put(tags, specification);
      }
    }
    return tags;
  }

  static Map<String, String> tags(Params in, String type) {
    return tags(in, type, Set.of(type));
  }

  /** Adds a structure's {@code Tag} list. */
  static void put(Map<String, String> tags, Params in) {
    for (Params tag : in.members("Tag")) {
      String key = tag.required("Key");
      if (tags.put(key, tag.written("Value").orElse("")) != null) {
        throw Refusal.value("Duplicate tag key '%s' specified.".formatted(key));
      }
    }
  }
}
