package stowage.layer;

import java.nio.file.Path;
import java.util.List;
import stowage.base.Digest;

/**
 * A writable layer on top of a chain: a container's root.
 *
 * @param id the container's id
 * @param chain the layers below, bottom first; empty for an image without layers
 * @param upper where what is written lands
 * @param merged where the whole is seen while it is mounted
 */
public record Active(String id, List<Digest> chain, Path upper, Path merged) {
  public Active {
    chain = List.copyOf(chain);
  }
}
