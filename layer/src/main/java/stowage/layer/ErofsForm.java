package stowage.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import stowage.base.Digest;
import stowage.base.StowageException.Failed;
import stowage.linux.ErrnoException;
import stowage.store.Publish;

/**
 * The kernel mounts the index over the tar. The directories have short names: on old kernels all of
 * an overlay's must fit in a page.
 */
final class ErofsForm implements LayerForm {
  private final Path root;
  private final Path folder;
  private final Publish publish;
  private final AtomicLong names = new AtomicLong();

  ErofsForm(Path root, Path folder, Publish publish) {
    this.root = root;
    this.publish = publish;
    this.folder = folder;
  }

  @Override
  public Path show(Stack.Placed layer) {
    var at = folder.resolve(Long.toString(names.incrementAndGet(), 36));
    try {
      Files.createDirectory(at);
      ErofsMount.mount(root.resolve(layer.index()), root.resolve(Names.tar(layer.diffId())), at);
      return at;
    } catch (ErrnoException e) {
      LayerMounts.delete(at);
      throw new Failed("cannot mount layer %s: %s".formatted(layer.diffId(), e.getMessage()), e);
    } catch (IOException e) {
      throw new Failed("cannot make %s: %s".formatted(at, e.getMessage()), e);
    }
  }

  @Override
  public void hide(Path shown) {
    LayerMounts.unmount(shown);
    LayerMounts.delete(shown);
  }

  /** A mount keeps the files it was made of; whoever comes later gets another. */
  @Override
  public void drop(Digest diffId) {}

  /** Mounts ended with the life that made them; this root may have been used the other way. */
  @Override
  public void sweep(Predicate<String> isWanted) {
    publish.discardTree(UnpackedForm.FOLDER);
  }

  @Override
  public String how() {
    return "EROFS over each layer's tar, nothing unpacked";
  }
}
