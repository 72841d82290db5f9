package stowage.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import stowage.base.ByteStrings;
import stowage.docker.HostFacts;
import stowage.layer.LayerStore;
import stowage.linux.ErrnoException;
import stowage.linux.Statfs;
import stowage.store.Records;

/** Finds out what is told of this agent and its host. */
final class Host {
  /** Stowage's version; the poms say the same without the last part. */
  static final String VERSION = "0.1.0";

  private static final String KIND = "agent";
  private static final String ID = "id";

  private Host() {}

  static HostFacts facts(
      Settings settings, Records records, LayerStore layers, List<List<String>> ebs) {
    Path root = settings.path(Setting.ROOT);
    var release = release();
    String how = layers.how();
    return new HostFacts(
        id(records),
        read("/proc/sys/kernel/hostname"),
        root,
        VERSION,
        "",
        "",
        read("/proc/sys/kernel/osrelease"),
        release.getOrDefault("PRETTY_NAME", "Linux"),
        release.getOrDefault("VERSION_ID", ""),
        System.getProperty("os.arch").replace("amd64", "x86_64"),
        Runtime.getRuntime().availableProcessors(),
        memoryBytes(),
        how.startsWith("EROFS") ? "erofs" : "directories",
        status(root, how, ebs),
        List.of(),
        insecure(settings));
  }

  /** Made once for a root. */
  private static String id(Records records) {
    return records
        .find(KIND, ID)
        .map(body -> body.required(ID))
        .orElseGet(
            () -> {
              String id = UUID.randomUUID().toString();
              records.commit(new Records.Change.Put(KIND, ID, Map.of(ID, id)));
              return id;
            });
  }

  private static Set<String> insecure(Settings settings) {
    return new TreeSet<>(settings.list(Setting.INSECURE_REGISTRIES));
  }

  private static List<List<String>> status(Path root, String how, List<List<String>> ebs) {
    var status = new ArrayList<List<String>>();
    status.add(List.of("Layers", how));
    status.add(List.of("Backing Filesystem", filesystem(root)));
    status.addAll(ebs);
    return status;
  }

  private static String filesystem(Path path) {
    try {
      long type = Statfs.path(ByteStrings.ofPath(path)).type();
      var names =
          Map.of(
              Statfs.EXT4, "extfs",
              Statfs.XFS, "xfs",
              Statfs.BTRFS, "btrfs",
              Statfs.TMPFS, "tmpfs",
              Statfs.OVERLAY, "overlayfs",
              Statfs.NFS, "nfs",
              Statfs.FUSE, "fuse");
      return names.getOrDefault(type, "0x" + Long.toHexString(type));
    } catch (ErrnoException e) {
      return "unknown";
    }
  }

  private static Map<String, String> release() {
    var fields = new HashMap<String, String>();
    for (String line : read("/etc/os-release").split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        fields.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
      }
    }
    return fields;
  }

  private static long memoryBytes() {
    String line = read("/proc/meminfo").lines().findFirst().orElse("");
    String digits = line.replaceAll("\\D", "");
    return digits.isEmpty() ? 0 : Long.parseLong(digits) << 10;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException notThere) {
      return "";
    }
  }
}
