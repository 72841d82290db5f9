package stowage.layer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Unsupported;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Fd;
import stowage.linux.Mounts;

/**
 * Mounts overlayfs. Whatever the kernel was built to prefer: a directory that is renamed is copied
 * and a file that changes is copied whole, so that the upper directory alone says what changed; and
 * all layers show one device number, as files of one filesystem do.
 */
final class Overlay {
  /** The kernel's OVL_MAX_STACK. */
  static final int LAYERS_MAX = 500;

  private static final List<List<String>> OPTIONS =
      List.of(
          List.of("redirect_dir", "off"),
          List.of("metacopy", "off"),
          List.of("index", "off"),
          List.of("xino", "on"));

  /** Where what is written goes. */
  record Writable(Path upper, Path work) {}

  private Overlay() {}

  /** Mounts lower directories, top first, and what is written over them. */
  static void mount(List<Path> lower, Optional<Writable> writable, Path at)
      throws ErrnoException {
    if (lower.size() > LAYERS_MAX) {
      throw new Unsupported(
          "an image of %d layers: Linux can stack %d".formatted(lower.size(), LAYERS_MAX));
    }
    try {
      mountByParts(lower, writable, at);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EINVAL) && !e.is(Errno.ENOSYS)) {
        throw e;
      }
      mountByString(lower, writable, at); // a kernel that does not know lowerdir+
    }
  }

  private static void mountByParts(List<Path> lower, Optional<Writable> writable, Path at)
      throws ErrnoException {
    try (var paths = new ShortPaths();
        var overlay = Mounts.fsopen("overlay")) {
      Mounts.fsconfigString(overlay, "source", "stowage");
      for (var option : OPTIONS) {
        Mounts.fsconfigString(overlay, option.getFirst(), option.getLast());
      }
      for (var path : lower) {
        Mounts.fsconfigString(overlay, "lowerdir+", paths.of(path));
      }
      if (writable.isPresent()) {
        Mounts.fsconfigString(overlay, "upperdir", paths.of(writable.get().upper()));
        Mounts.fsconfigString(overlay, "workdir", paths.of(writable.get().work()));
      }
      Mounts.fsconfigCreate(overlay);
      int attributes = writable.isPresent() ? 0 : Mounts.MOUNT_ATTR_RDONLY;
      try (var mount = Mounts.fsmount(overlay, attributes)) {
        Mounts.moveMount(mount, Fd.CWD, ByteStrings.ofPath(at));
      }
    }
  }

  private static void mountByString(List<Path> lower, Optional<Writable> writable, Path at)
      throws ErrnoException {
    var data = new StringBuilder("lowerdir=");
    data.append(lower.stream().map(Overlay::escaped).collect(Collectors.joining(":")));
    if (writable.isPresent()) {
      data.append(",upperdir=").append(escaped(writable.get().upper()));
      data.append(",workdir=").append(escaped(writable.get().work()));
    }
    OPTIONS.forEach(o -> data.append(',').append(o.getFirst()).append('=').append(o.getLast()));
    int flags = writable.isPresent() ? 0 : Mounts.MS_RDONLY;
    Mounts.mount("stowage", ByteStrings.ofPath(at), "overlay", flags, data.toString());
  }

  private static String escaped(Path path) {
    return ByteStrings.ofPath(path).replaceAll("([\\\\:,])", "\\\\$1");
  }
}
