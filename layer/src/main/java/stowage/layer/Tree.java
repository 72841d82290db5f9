package stowage.layer;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A read-only look into a chain without mounting it, straight from the indexes and tars. Paths are
 * byte strings, absolute or not; {@code ..} never leaves the root. It holds its layers from being
 * removed until it is closed. Safe for many threads.
 *
 * <p>Every method throws {@link stowage.base.StowageException.Corrupt} where the stored bytes make
 * no sense.
 */
public interface Tree extends AutoCloseable {
  /** The node at a path; symlinks on the way are followed, one at the end is not. */
  Optional<Node> lookup(String path);

  /** The node at a path with every symlink followed, at most 40 of them. */
  Optional<Node> resolve(String path);

  /** What a directory holds, sorted by bytes; nothing when it is not a directory. */
  List<Node> list(String path);

  /** The bytes of a regular file. */
  InputStream open(Node file);

  /**
   * The first bytes of a regular file, symlinks followed; empty when there is no regular file.
   *
   * @throws stowage.base.StowageException.LimitExceeded if it is longer than {@code limitBytes}
   */
  Optional<byte[]> read(String path, int limitBytes);

  /** Lets the layers go. Closing twice changes nothing. */
  @Override
  void close();
}
