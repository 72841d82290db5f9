package stowage.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/**
 * A seccomp profile as Docker's users write it: the runtime's form, and beside it rules for some
 * capabilities, architectures or kernels only, which are decided here.
 */
final class SeccompFile {
  private static final String WHAT = "seccomp profile";

  private final Set<String> capabilities;
  private final String architecture;

  SeccompFile(Set<String> capabilities, String architecture) {
    this.capabilities = capabilities;
    this.architecture = architecture;
  }

  Map<String, Object> read(byte[] json) {
    JsonObject file = Json.object(json, WHAT);
    if (file.has("architectures") && file.has("archMap")) {
      throw new StowageException.InvalidArgument(
          "both 'architectures' and 'archMap' are specified in the seccomp profile, use either"
              + " 'architectures' or 'archMap'");
    }
    var profile = new LinkedHashMap<String, Object>();
    profile.put("defaultAction", file.required("defaultAction"));
    file.number("defaultErrnoRet").ifPresent(errno -> profile.put("defaultErrnoRet", errno));
    List<String> architectures = architectures(file);
    if (!architectures.isEmpty()) {
      profile.put("architectures", architectures);
    }
    List<String> flags = file.strings("flags");
    if (!flags.isEmpty()) {
      profile.put("flags", flags);
    }
    if (file.has("listenerPath")) {
      profile.put("listenerPath", file.required("listenerPath"));
      profile.put("listenerMetadata", file.string("listenerMetadata", ""));
    }
    var calls = new ArrayList<Map<String, Object>>();
    for (JsonObject rule : file.objects("syscalls")) {
      if (applies(rule)) {
        calls.add(rule(rule));
      }
    }
    profile.put("syscalls", calls);
    return profile;
  }

  private List<String> architectures(JsonObject file) {
    String own = Seccomp.architectures(architecture).getFirst();
    for (JsonObject map : file.objects("archMap")) {
      if (map.string("architecture", "").equals(own)) {
        var all = new ArrayList<>(List.of(own));
        all.addAll(map.strings("subArchitectures"));
        return all;
      }
    }
    return file.strings("architectures");
  }

  private boolean applies(JsonObject rule) {
    JsonObject none = JsonObject.of(Map.of(), "");
    JsonObject includes = rule.object("includes").orElse(none);
    JsonObject excludes = rule.object("excludes").orElse(none);
    List<String> arches = includes.strings("arches");
    boolean included =
        (arches.isEmpty() || arches.contains(architecture))
            && capabilities.containsAll(includes.strings("caps"))
            && includes.string("minKernel").map(SeccompFile::kernelIsAtLeast).orElse(true);
    boolean excluded =
        excludes.strings("arches").contains(architecture)
            || excludes.strings("caps").stream().anyMatch(capabilities::contains)
            || excludes.string("minKernel").map(SeccompFile::kernelIsAtLeast).orElse(false);
    return included && !excluded;
  }

  private static boolean kernelIsAtLeast(String version) {
    int[] wanted = numbers(version);
    int[] running = numbers(System.getProperty("os.version"));
    return running[0] > wanted[0] || running[0] == wanted[0] && running[1] >= wanted[1];
  }

  private static int[] numbers(String version) {
    String[] parts = version.split("[^0-9]+", 3);
    try {
      return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new StowageException.InvalidArgument(WHAT + ".minKernel", version, "major.minor");
    }
  }

  private static Map<String, Object> rule(JsonObject rule) {
    List<String> names = new ArrayList<>(rule.strings("names"));
    rule.string("name").filter(name -> !name.isEmpty()).ifPresent(names::add);
    if (names.isEmpty() || names.size() > 1 && rule.has("name")) {
      throw new StowageException.InvalidArgument(
          "'name' and 'names' were specified in the seccomp profile, use either 'name' or 'names'");
    }
    var made = new LinkedHashMap<String, Object>();
    made.put("names", names);
    made.put("action", rule.required("action"));
    rule.number("errnoRet").ifPresent(errno -> made.put("errnoRet", errno));
    var arguments = new ArrayList<Map<String, Object>>();
    for (JsonObject argument : rule.objects("args")) {
      var one = new LinkedHashMap<String, Object>();
      one.put("index", argument.number("index", 0));
      one.put("value", argument.number("value", 0));
      one.put("valueTwo", argument.number("valueTwo", 0));
      one.put("op", argument.required("op"));
      arguments.add(one);
    }
    if (!arguments.isEmpty()) {
      made.put("args", arguments);
    }
    return made;
  }
}
