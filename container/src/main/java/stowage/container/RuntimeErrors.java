package stowage.container;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stowage.base.StowageException;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;

/**
 * What OCI runtimes say when they refuse, in Docker's words: the stock CLI makes exit codes 125,
 * 126 and 127 of the text.
 */
final class RuntimeErrors {
  private static final String START =
      "failed to create task for container: failed to create shim task: OCI runtime create failed:"
          + " ";
  private static final String EXEC = "OCI runtime exec failed: ";

  /** crun's way to say it. */
  private static final Pattern CRUN_NOT_FOUND =
      Pattern.compile("executable file `([^`]*)` not found.*");

  private static final Pattern CRUN_DENIED = Pattern.compile("(?:open|exec) `([^`]*)`: (.*)");

  private RuntimeErrors() {}

  /** Of {@code create}: the caller's own words are wrong if the program is not there. */
  static StowageException ofStart(String said) {
    String message = START + runcWords(said, "runc create failed: ") + ": unknown";
    return exitCode(message) == 128 ? new Failed(message, null) : new InvalidArgument(message);
  }

  /** Of {@code exec}. */
  static String ofExec(String said) {
    return EXEC + runcWords(said, "exec failed: ") + ": unknown";
  }

  /** What a shell would exit with: 127 not found, 126 not allowed, 128 anything else. */
  static int exitCode(String message) {
    if (message.contains("executable file not found")
        || message.contains("no such file or directory")
        || message.contains("system cannot find the file specified")) {
      return 127;
    }
    return message.contains("permission denied") || message.contains("is a directory") ? 126 : 128;
  }

  private static String runcWords(String said, String prefix) {
    String last = OciRuntime.lastLine(said);
    if (last.startsWith("runc ") || last.startsWith("exec failed: ")) {
      return last;
    }
    String start = prefix + "unable to start container process: ";
    Matcher missing = CRUN_NOT_FOUND.matcher(last);
    if (missing.find()) {
      return start + "exec: \"%s\": executable file not found in $PATH".formatted(missing.group(1));
    }
    Matcher denied = CRUN_DENIED.matcher(last);
    if (denied.find()) {
      return start
          + "exec: \"%s\": %s"
              .formatted(denied.group(1), denied.group(2).toLowerCase(java.util.Locale.ROOT));
    }
    return last;
  }
}
