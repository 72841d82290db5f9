package stowage.aws;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import stowage.cloud.Region;

/** Tags of volumes, snapshots and instances. */
final class TagActions {
  private static final String TAG = "Tag.n.Key Tag.n.Value";

  private final Supplier<Region> region;
  private final Write write;

  TagActions(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
  }

  List<Action> actions() {
    return List.of(
        Action.of("CreateTags", this::create, "ResourceId.n!", TAG),
        Action.of("DeleteTags", this::delete, "ResourceId.n!", TAG),
        Action.of("DescribeTags", this::describe, Grammar.FILTERS, Grammar.PAGE));
  }

  private void create(Params in, Xml out) {
    Map<String, String> tags = new LinkedHashMap<>();
    Ask.put(tags, in);
    if (tags.isEmpty()) {
      throw Refusal.missing("Tag");
    }
    region.get().tags().create(in.texts("ResourceId"), tags, in.flag("DryRun"));
    out.put("return", true);
  }

  private void delete(Params in, Xml out) {
    var tags = new LinkedHashMap<String, Optional<String>>();
    for (Params tag : in.members("Tag")) {
      tags.put(tag.required("Key"), tag.written("Value"));
    }
    region.get().tags().delete(in.texts("ResourceId"), tags, in.flag("DryRun"));
    out.put("return", true);
  }

  private void describe(Params in, Xml out) {
    write.page(
        out,
        "tagSet",
        region.get().tags().describe(Ask.query(in, "")),
        tag ->
            out.put("key", tag.key())
                .put("resourceId", tag.resourceId())
                .put("resourceType", tag.kind().word())
                .put("value", tag.value()));
  }
}
