package stowage.layer;

import java.nio.file.Path;
import java.util.List;
import stowage.base.Digest;

/**
 * A read-only look at a chain through the kernel: its layers are mounted, once and shared, until
 * the last view of them is closed.
 */
public interface View extends AutoCloseable {
  /** The layers, bottom first. */
  List<Digest> chain();

  /** Where each layer is mounted, top first, as overlayfs wants its lower directories. */
  List<Path> lowerPaths();

  /**
   * One directory that shows the whole chain, read-only, with whiteouts applied; mounted at the
   * first call. The directory of a chain without layers is empty.
   */
  Path merged();

  /** Lets go; mounts nobody else uses are taken away. Closing twice changes nothing. */
  @Override
  void close();
}
