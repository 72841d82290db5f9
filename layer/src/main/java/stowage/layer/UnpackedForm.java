package stowage.layer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import stowage.base.Digest;
import stowage.base.StowageException.Failed;
import stowage.linux.ErrnoException;
import stowage.store.Disk;
import stowage.store.Publish;

/**
 * Where the kernel has no EROFS: a layer is unpacked into a directory when it is first used, from
 * its index and tar, which stay what the layer is. Durable, so that it is done once.
 */
final class UnpackedForm implements LayerForm {
  static final String FOLDER = "layers/unpacked";
  private static final String INDEX = ".erofs";

  private final Path root;
  private final Disk disk;
  private final Publish publish;

  UnpackedForm(Path root, Disk disk, Publish publish) {
    this.root = root;
    this.disk = disk;
    this.publish = publish;
    publish.folder(FOLDER);
  }

  @Override
  public Path show(Stack.Placed layer) {
    var file = layer.index().substring(layer.index().lastIndexOf('/') + 1);
    var name = FOLDER + "/" + file.substring(0, file.length() - INDEX.length());
    try {
      if (disk.size(name).isEmpty()) {
        unpack(layer, name);
      }
      return root.resolve(name);
    } catch (IOException e) {
      throw Disk.failure("look at " + name, e);
    }
  }

  private void unpack(Stack.Placed layer, String name) {
    var index = root.resolve(layer.index());
    var tar = root.resolve(Names.tar(layer.diffId()));
    try (var reader = ErofsReader.open(layer.diffId(), index, tar);
        var staged = publish.tree()) {
      Unpack.run(reader, root.resolve(staged.name()));
      staged.publish(name);
    } catch (ErrnoException e) {
      throw new Failed("cannot unpack layer %s: %s".formatted(layer.diffId(), e.getMessage()), e);
    }
  }

  /** It stays until its layer goes. */
  @Override
  public void hide(Path shown) {}

  @Override
  public void drop(Digest diffId) {
    drop(name -> name.startsWith(diffId.hex()));
  }

  @Override
  public void sweep(Predicate<String> isWanted) {
    drop(name -> !isWanted.test(name));
  }

  private void drop(Predicate<String> isUnwanted) {
    try {
      for (var name : disk.list(FOLDER)) {
        if (isUnwanted.test(name)) {
          publish.discardTree(FOLDER + "/" + name);
        }
      }
    } catch (IOException e) {
      throw Disk.failure("list " + FOLDER, e);
    }
  }

  @Override
  public String how() {
    return "unpacked directories";
  }
}
