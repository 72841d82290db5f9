package stowage.oci;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs the machine's tools on a test's own directory; what they print is a byte string. */
final class Shell {
  private final Path directory;

  Shell(Path directory) {
    this.directory = directory;
  }

  /** Whether the machine has that program. */
  static boolean has(String program) {
    for (String folder : System.getenv("PATH").split(":")) {
      if (Path.of(folder, program).toFile().canExecute()) {
        return true;
      }
    }
    return false;
  }

  /** Runs a script of bash; any failing command in it fails the test. */
  String run(String script) throws IOException, InterruptedException {
    var builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script);
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
    Process process =
        builder.directory(directory.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    int status = process.waitFor();
    if (status != 0) {
      throw new AssertionError("status %d of: %s\n%s".formatted(status, script, printed));
    }
    return printed;
  }

  /** What find and sha256sum say of each file under {@code tree}, by its name there. */
  Map<String, List<String>> look(String tree) throws IOException, InterruptedException {
    var files = new HashMap<String, List<String>>();
    String found =
        run("cd %s; find . -mindepth 1 -printf '%%P\\0%%y\\0%%m\\0%%U\\0%%G\\0%%T@\\0%%l\\0'"
            .formatted(tree));
    String[] words = found.split("\0", -1);
    for (int i = 0; i + 7 <= words.length; i += 7) {
      files.put(words[i], new ArrayList<>(List.of(words).subList(i + 1, i + 7)));
    }
    String sums =
        run("cd %s; find . -type f -printf '%%P\\0' | xargs -0r sha256sum -z".formatted(tree));
    for (String line : sums.split("\0")) {
      if (!line.isEmpty()) {
        files.get(line.substring(66)).add(line.substring(0, 64));
      }
    }
    return files;
  }
}
