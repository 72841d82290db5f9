package stowage.container;

import static stowage.linux.Mounts.OPEN_TREE_CLONE;

import java.io.IOException;
import java.io.OutputStream;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Failed;
import stowage.linux.Fd;
import stowage.linux.Mounts;
import stowage.linux.Open;

/** Writes a container's own files as a tar: its image's and what it wrote, not what is mounted. */
final class Exporter {
  private final Host host;
  private final Tales tales;

  Exporter(Host host, Tales tales) {
    this.host = host;
    this.tales = tales;
  }

  void export(Container container, OutputStream out) {
    String id = container.id();
    var subject =
        new MountApplier.Subject(host.active(container), ImageUser.owner(host.layers(), container));
    var mounts = container.spec().storage().mounts();
    var mounted = host.mounts().mount(subject, mounts, HostFiles.written(container));
    // A clone without the mounts on it: volumes and binds are not the container's own.
    String root = ByteStrings.ofPath(mounted.root());
    try (Fd clone = Mounts.openTree(Fd.CWD, root, OPEN_TREE_CLONE);
        Fd top = Open.openat(clone, ".", Open.O_RDONLY | Open.O_DIRECTORY);
        var tar = new TreeTar(out)) {
      tar.addAll(top);
    } catch (IOException e) {
      throw new Failed("export of container %s: %s".formatted(id, e.getMessage()), e);
    } finally {
      host.mounts().unmount(id);
    }
    tales.tell(container, "export");
  }
}
