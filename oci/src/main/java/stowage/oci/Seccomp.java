package stowage.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stowage.base.StowageException;

/**
 * The system calls a container may make: Docker's default filter, as the runtime reads it. The
 * calls are in the resource {@code seccomp.txt}.
 *
 * @see <a href="https://docs.docker.com/engine/security/seccomp/">Docker, "Seccomp security
 *     profiles"</a>
 */
public final class Seccomp {
  static final String ALLOW = "SCMP_ACT_ALLOW";
  static final String ERRNO = "SCMP_ACT_ERRNO";
  private static final int EPERM = 1;
  private static final String RESOURCE = "seccomp.txt";
  private static final List<String> TABLE = table();

  private Seccomp() {}

  private static List<String> table() {
    try (InputStream in = Seccomp.class.getResourceAsStream(RESOURCE)) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new AssertionError("our own resource " + RESOURCE, e);
    }
  }

  /**
   * The default filter for a process with these capabilities: each of some capabilities opens the
   * calls it is for.
   *
   * @param architecture Go's name: {@code amd64}, {@code arm64}
   * @throws stowage.base.StowageException.Unsupported for any other architecture
   */
  public static Map<String, Object> profile(Set<String> capabilities, String architecture) {
    var plain = new ArrayList<String>();
    var rules = new ArrayList<Map<String, Object>>();
    boolean applies = false;
    for (String line : TABLE) {
      if (line.startsWith("[")) {
        applies = applies(line.substring(1, line.length() - 1), capabilities, architecture);
      } else if (applies) {
        add(line.split(" +"), plain, rules);
      }
    }
    rules.addFirst(rule(plain, ALLOW));
    var profile = new LinkedHashMap<String, Object>();
    profile.put("defaultAction", ERRNO);
    profile.put("defaultErrnoRet", EPERM);
    profile.put("architectures", architectures(architecture));
    profile.put("syscalls", rules);
    return profile;
  }

  private static boolean applies(String section, Set<String> capabilities, String architecture) {
    List<String> words = List.of(section.split(" "));
    return switch (words.getFirst()) {
      case "always" -> true;
      case "arch" -> words.contains(architecture);
      case "cap" -> capabilities.contains(words.get(1));
      case "without" -> !capabilities.contains(words.get(1));
      default -> throw new AssertionError("a section of " + RESOURCE + ": " + section);
    };
  }

  private static void add(
      String[] words, List<String> plain, List<Map<String, Object>> rules) {
    if (words.length == 3 && words[1].equals("errno")) {
      var rule = rule(List.of(words[0]), ERRNO);
      rule.put("errnoRet", Long.parseLong(words[2]));
      rules.add(rule);
    } else if (words.length == 4 && words[2].startsWith("SCMP_CMP_")) {
      var rule = rule(List.of(words[0]), ALLOW);
      rule.put("args", List.of(argument(words[1], words[2], words[3])));
      rules.add(rule);
    } else {
      plain.addAll(List.of(words));
    }
  }

  private static Map<String, Object> rule(List<String> names, String action) {
    var rule = new LinkedHashMap<String, Object>();
    rule.put("names", names);
    rule.put("action", action);
    return rule;
  }

  private static Map<String, Object> argument(String index, String op, String value) {
    var argument = new LinkedHashMap<String, Object>();
    argument.put("index", Long.parseLong(index));
    argument.put("value", Long.parseLong(value));
    argument.put("valueTwo", 0); // of MASKED_EQ: what the masked bits must be
    argument.put("op", op);
    return argument;
  }

  /** The runtime's names of an architecture and of those whose programs it runs too. */
  static List<String> architectures(String architecture) {
    return switch (architecture) {
      case "amd64" -> List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
      case "arm64" -> List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
      default ->
          throw new StowageException.Unsupported(
              "no seccomp profile for the architecture " + architecture);
    };
  }

  /**
   * A profile of the user's ({@code --security-opt seccomp=FILE}), in Docker's form with {@code
   * includes} and {@code excludes}, made into the runtime's form.
   *
   * @throws stowage.base.StowageException.InvalidArgument if it is no profile
   */
  public static Map<String, Object> profile(
      byte[] json, Set<String> capabilities, String architecture) {
    return new SeccompFile(capabilities, architecture).read(json);
  }
}
