package stowage.container;

import java.util.List;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.layer.LayerStore;
import stowage.layer.Tree;
import stowage.volume.Owner;

/** Whom a container runs as, by what its image says: for owners of volumes and idmapped binds. */
final class ImageUser {
  private ImageUser() {}

  static Owner owner(LayerStore layers, Container container) {
    return owner(layers, container.chain(), container.spec().program());
  }

  /** Root when the image does not know the user: that is told when the container is started. */
  static Owner owner(LayerStore layers, List<Digest> chain, Program program) {
    String user = program.user();
    if (user.isEmpty() || user.equals("0") || user.equals("root") || user.equals("0:0")) {
      return Owner.ROOT;
    }
    try (Tree tree = layers.tree(chain)) {
      var ids = Users.find(user, List.of(), tree::read).ids();
      return new Owner((int) ids.uid(), (int) ids.gid());
    } catch (StowageException.Failed | StowageException.InvalidArgument e) {
      return Owner.ROOT;
    }
  }
}
