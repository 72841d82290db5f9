package stowage.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import stowage.base.Digest;

/**
 * Something mounted into a container: what, where, and how.
 *
 * <p>A {@code Mount} is a wish that has been understood and checked; nothing is opened, made or
 * mounted by having one. Paths and names are text, as a client wrote them; {@link MountApplier}
 * turns them into bytes and file descriptors. {@link MountParser} makes mounts from every form a
 * client has; {@link MountJson} writes them down and reads them back.
 */
public sealed interface Mount {
  /** Where in the container: absolute, cleaned ("." and ".." resolved by string), never "/". */
  String target();

  /** Whether the container may not write through it. */
  boolean readOnly();

  /** The same, read-only or not: what {@code --volumes-from x:ro} asks for. */
  Mount withReadOnly(boolean readOnly);

  /** Docker's word for the type: bind, volume, tmpfs, image. */
  String type();

  /**
   * The mode string of {@code -v}, as it is shown by inspect; empty where there was none.
   */
  default String mode() {
    return "";
  }

  /**
   * A file or folder of the host.
   *
   * @param source absolute host path
   * @param recursive whether mounts below the source come along
   * @param createSource whether a missing source is made, as root's directory, instead of refused
   */
  record Bind(
      String source,
      String target,
      boolean readOnly,
      ReadOnlyDepth readOnlyDepth,
      Propagation propagation,
      boolean recursive,
      boolean createSource,
      Optional<IdMap> idMap,
      String mode)
      implements Mount {
    /** A plain bind: recursive, private. */
    public static Bind of(String source, String target, boolean readOnly) {
      return new Bind(
          source,
          target,
          readOnly,
          ReadOnlyDepth.WHERE_POSSIBLE,
          Propagation.RPRIVATE,
          true,
          false,
          Optional.empty(),
          "");
    }

    @Override
    public Bind withReadOnly(boolean now) {
      return new Bind(
          source, target, now, readOnlyDepth, propagation, recursive, createSource, idMap, mode);
    }

    @Override
    public String type() {
      return "bind";
    }
  }

  /**
   * A volume of {@link stowage.volume.Volumes}.
   *
   * @param name empty until {@link MountApplier#claim} gave an anonymous volume its name
   * @param driver the driver to create it with; empty until {@link MountApplier#claim} if none was
   *     asked for: then one that is there may have any
   * @param options driver options to create it with
   * @param labels labels to create it with
   * @param noCopy whether a fresh volume stays empty instead of taking the image's files
   * @param subpath a relative path in the volume, empty for all of it
   */
  record Volume(
      String name,
      String target,
      boolean readOnly,
      String driver,
      Map<String, String> options,
      Map<String, String> labels,
      boolean noCopy,
      String subpath,
      boolean anonymous,
      String mode)
      implements Mount {
    public Volume {
      options = Map.copyOf(options);
      labels = Map.copyOf(labels);
    }

    /** An anonymous volume, not named yet. */
    public static Volume anonymous(String target, String driver) {
      return new Volume("", target, false, driver, Map.of(), Map.of(), false, "", true, "");
    }

    /** The same volume under the name and with the driver it got. */
    public Volume named(String given, String actual) {
      return new Volume(
          given, target, readOnly, actual, options, labels, noCopy, subpath, anonymous, mode);
    }

    /** The same without initialising it. */
    public Volume withNoCopy() {
      return new Volume(
          name, target, readOnly, driver, options, labels, true, subpath, anonymous, mode);
    }

    @Override
    public Volume withReadOnly(boolean now) {
      return new Volume(
          name, target, now, driver, options, labels, noCopy, subpath, anonymous, mode);
    }

    @Override
    public String type() {
      return "volume";
    }
  }

  /**
   * A fresh filesystem in memory.
   *
   * @param sizeBytes the limit; empty is the kernel's, half of the memory
   * @param permissions of its root; empty is those of the directory it covers, or 01777
   * @param flags mount flags in words: noexec, nosuid, nodev, ...
   * @param data further options of the filesystem: uid=1000, nr_inodes=10k, ...
   * @param fromMounts whether it was asked for by {@code --mount}: only then inspect shows it
   */
  record Tmpfs(
      String target,
      boolean readOnly,
      OptionalLong sizeBytes,
      OptionalInt permissions,
      List<String> flags,
      Map<String, String> data,
      boolean fromMounts)
      implements Mount {
    public Tmpfs {
      flags = List.copyOf(flags);
      data = Map.copyOf(data);
    }

    @Override
    public Tmpfs withReadOnly(boolean now) {
      return new Tmpfs(target, now, sizeBytes, permissions, flags, data, fromMounts);
    }

    @Override
    public String type() {
      return "tmpfs";
    }
  }

  /**
   * The files of another image, always read-only.
   *
   * @param reference the image's name or id
   * @param subpath a relative path in the image, empty for all of it
   * @param chain the image's layers, empty until {@link MountApplier#claim}: the container keeps
   *     them even when the image is removed
   */
  record Image(String reference, String target, String subpath, List<Digest> chain)
      implements Mount {
    public Image {
      chain = List.copyOf(chain);
    }

    /** Of an image that has not been looked up. */
    public Image(String reference, String target, String subpath) {
      this(reference, target, subpath, List.of());
    }

    @Override
    public boolean readOnly() {
      return true;
    }

    @Override
    public Image withReadOnly(boolean now) {
      return this;
    }

    @Override
    public String type() {
      return "image";
    }
  }

  /** How deep read-only reaches where a bind brings other mounts along. */
  enum ReadOnlyDepth {
    /** All of them; on a kernel without mount_setattr, only the top. */
    WHERE_POSSIBLE,
    /** Only the top; mounts below it stay as they are. */
    TOP,
    /** All of them, or the container does not start. */
    FORCED
  }

  /** Whether mounts made later on one side appear on the other; see mount_namespaces(7). */
  enum Propagation {
    PRIVATE,
    RPRIVATE,
    SHARED,
    RSHARED,
    SLAVE,
    RSLAVE;

    /** The word on the wire. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
