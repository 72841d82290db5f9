package stowage.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import stowage.base.Digest;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/** Mounts written down as JSON, for the records of containers, and read back. */
public final class MountJson {
  private MountJson() {}

  /** A mount's fields. */
  public static Map<String, Object> write(Mount mount) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("type", mount.type());
    fields.put("target", mount.target());
    fields.put("readOnly", mount.readOnly());
    switch (mount) {
      case Mount.Bind bind -> {
        fields.put("source", bind.source());
        fields.put("readOnlyDepth", bind.readOnlyDepth().name().toLowerCase(Locale.ROOT));
        fields.put("propagation", bind.propagation().word());
        fields.put("recursive", bind.recursive());
        fields.put("createSource", bind.createSource());
        bind.idMap().ifPresent(idMap -> fields.put("idMap", idMap.word()));
        fields.put("mode", bind.mode());
      }
      case Mount.Volume volume -> {
        fields.put("name", volume.name());
        fields.put("driver", volume.driver());
        fields.put("options", volume.options());
        fields.put("labels", volume.labels());
        fields.put("noCopy", volume.noCopy());
        fields.put("subpath", volume.subpath());
        fields.put("anonymous", volume.anonymous());
        fields.put("mode", volume.mode());
      }
      case Mount.Tmpfs tmpfs -> {
        tmpfs.sizeBytes().ifPresent(size -> fields.put("sizeBytes", size));
        tmpfs.permissions().ifPresent(mode -> fields.put("permissions", mode));
        fields.put("flags", tmpfs.flags());
        fields.put("data", tmpfs.data());
        fields.put("fromMounts", tmpfs.fromMounts());
      }
      case Mount.Image image -> {
        fields.put("reference", image.reference());
        fields.put("subpath", image.subpath());
        fields.put("chain", image.chain().stream().map(Digest::toString).toList());
      }
    }
    return fields;
  }

  /** Several. */
  public static List<Object> write(List<Mount> mounts) {
    var list = new ArrayList<>();
    mounts.forEach(mount -> list.add(write(mount)));
    return list;
  }

  /** Several, back from the field {@code name} of a record. */
  public static List<Mount> readAll(JsonObject record, String name) {
    return record.objects(name).stream().map(MountJson::read).toList();
  }

  /** The mount that {@link #write} wrote. */
  public static Mount read(JsonObject fields) {
    String type = fields.required("type");
    String target = fields.required("target");
    boolean readOnly = fields.bool("readOnly");
    return switch (type) {
      case "bind" ->
          new Mount.Bind(
              fields.required("source"),
              target,
              readOnly,
              Mount.ReadOnlyDepth.valueOf(upper(fields, "readOnlyDepth")),
              Mount.Propagation.valueOf(upper(fields, "propagation")),
              fields.bool("recursive"),
              fields.bool("createSource"),
              fields.string("idMap").map(IdMap::parse),
              fields.string("mode", ""));
      case "volume" ->
          new Mount.Volume(
              fields.string("name", ""),
              target,
              readOnly,
              fields.required("driver"),
              fields.stringMap("options"),
              fields.stringMap("labels"),
              fields.bool("noCopy"),
              fields.string("subpath", ""),
              fields.bool("anonymous"),
              fields.string("mode", ""));
      case "tmpfs" ->
          new Mount.Tmpfs(
              target,
              readOnly,
              fields.number("sizeBytes").map(OptionalLong::of).orElse(OptionalLong.empty()),
              fields
                  .number("permissions")
                  .map(mode -> OptionalInt.of(mode.intValue()))
                  .orElse(OptionalInt.empty()),
              fields.strings("flags"),
              fields.stringMap("data"),
              fields.bool("fromMounts"));
      case "image" ->
          new Mount.Image(
              fields.required("reference"),
              target,
              fields.string("subpath", ""),
              fields.strings("chain").stream().map(Digest::parse).toList());
      default -> throw new StowageException.Corrupt("mount record of type " + type, null);
    };
  }

  private static String upper(JsonObject fields, String name) {
    return fields.required(name).toUpperCase(Locale.ROOT);
  }
}
