package stowage.container;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import stowage.base.StowageException.InvalidArgument;

/**
 * Where a working directory really is. One below /proc could be a way out of the container through
 * a descriptor of the runtime's (CVE-2024-21626), and a link of the image's could lead there.
 */
final class WorkingDir {
  private static final int LINKS_MAX = 40;

  private WorkingDir() {}

  /**
   * The directory with all links followed, also those into what is not there yet.
   *
   * @param linkAt what the symlink at an absolute path says; empty when there is none
   * @throws InvalidArgument if it is not absolute, or is or leads below /proc
   */
  static String check(String directory, Function<String, Optional<String>> linkAt) {
    if (directory.isEmpty()) {
      return "/";
    }
    if (!directory.startsWith("/")) {
      throw wrong(directory, "it needs to be an absolute path");
    }
    var todo = new ArrayDeque<>(List.of(directory.split("/")));
    var done = new ArrayList<String>();
    int links = 0;
    while (!todo.isEmpty()) {
      String part = todo.pop();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        if (!done.isEmpty()) {
          done.removeLast();
        }
        continue;
      }
      done.add(part);
      String here = "/" + String.join("/", done);
      if (here.equals("/proc")) {
        throw wrong(directory, "it leads into /proc");
      }
      Optional<String> link = linkAt.apply(here);
      if (link.isPresent()) {
        if (++links > LINKS_MAX) {
          throw wrong(directory, "it has too many links");
        }
        done.removeLast();
        if (link.get().startsWith("/")) {
          done.clear();
        }
        List.of(link.get().split("/")).reversed().forEach(todo::push);
      }
    }
    return "/" + String.join("/", done);
  }

  private static InvalidArgument wrong(String directory, String why) {
    return new InvalidArgument(
        "the working directory '%s' is invalid, %s".formatted(directory, why));
  }
}
