package stowage.oci;

import java.util.Map;

/** The JSON form of {@link RuntimeSpec}'s parts. */
final class RuntimeJson {
  private RuntimeJson() {}

  static Map<String, Object> spec(RuntimeSpec spec) {
    throw new AssertionError("comes next");
  }

  static Map<String, Object> process(RuntimeSpec.Process process) {
    throw new AssertionError("comes next");
  }

  static Map<String, Object> resources(RuntimeSpec.Resources resources) {
    throw new AssertionError("comes next");
  }
}
