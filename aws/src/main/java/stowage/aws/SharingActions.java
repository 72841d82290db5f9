package stowage.aws;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import stowage.cloud.Region;

/** Who may make volumes of a snapshot. */
final class SharingActions {
  private static final String PERMISSION = "createVolumePermission";

  private final Supplier<Region> region;

  SharingActions(Supplier<Region> region) {
    this.region = region;
  }

  List<Action> actions() {
    return List.of(
        Action.of(
            "ModifySnapshotAttribute",
            this::modify,
            "SnapshotId! Attribute OperationType UserId.n UserGroup.n",
            "CreateVolumePermission.Add.n.UserId CreateVolumePermission.Add.n.Group",
            "CreateVolumePermission.Remove.n.UserId CreateVolumePermission.Remove.n.Group"),
        Action.of("DescribeSnapshotAttribute", this::describe, "SnapshotId! Attribute!"),
        Action.of("ResetSnapshotAttribute", this::reset, "SnapshotId! Attribute!"));
  }

  private void modify(Params in, Xml out) {
    checkAttribute(in.text("Attribute").orElse(PERMISSION));
    var add = new TreeSet<String>();
    var remove = new TreeSet<String>();
    Params permission = in.at("CreateVolumePermission");
    permission.members("Add").forEach(each -> add.add(reader(each)));
    permission.members("Remove").forEach(each -> remove.add(reader(each)));
    Set<String> named = new TreeSet<>(in.texts("UserId"));
    named.addAll(in.texts("UserGroup"));
    if (!named.isEmpty()) {
      switch (in.required("OperationType")) {
        case "add" -> add.addAll(named);
        case "remove" -> remove.addAll(named);
        case String other ->
            throw Refusal.value(
                "Value (%s) for parameter operationType is invalid. Expected: add or remove."
                    .formatted(other));
      }
    }
    if (add.isEmpty() && remove.isEmpty()) {
      throw Refusal.missing("userId");
    }
    region.get().snapshots().readers(in.required("SnapshotId"), add, remove, in.flag("DryRun"));
    out.put("return", true);
  }

  private static String reader(Params permission) {
    return permission
        .text("UserId")
        .or(() -> permission.text("Group"))
        .orElseThrow(() -> Refusal.missing("userId"));
  }

  private void describe(Params in, Xml out) {
    String id = in.required("SnapshotId");
    Set<String> readers = region.get().snapshots().readers(id, in.flag("DryRun"));
    out.put("snapshotId", id);
    if (in.required("Attribute").equals("productCodes")) {
      out.element("productCodes", () -> {});
      return;
    }
    checkAttribute(in.required("Attribute"));
    out.list(
        PERMISSION,
        new TreeSet<>(readers),
        reader -> out.put(reader.equals("all") ? "group" : "userId", reader));
  }

  private void reset(Params in, Xml out) {
    checkAttribute(in.required("Attribute"));
    region.get().snapshots().resetReaders(in.required("SnapshotId"), in.flag("DryRun"));
    out.put("return", true);
  }

  private static void checkAttribute(String attribute) {
    if (!attribute.equals(PERMISSION)) {
      throw Refusal.value(
          "Value (%s) for parameter attribute is invalid. Expected: %s."
              .formatted(attribute, PERMISSION));
    }
  }
}
