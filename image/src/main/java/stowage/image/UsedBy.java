package stowage.image;

import java.util.List;
import stowage.base.Digest;

/** Who uses an image: the question {@link Images} asks of whoever keeps the containers. */
public interface UsedBy {
  /** Nobody uses any image. */
  UsedBy NOBODY = image -> List.of();

  /** The containers made from {@code image}. */
  List<User> usersOf(Digest image);

  /**
   * A container made from an image.
   *
   * @param containerId all 64 digits
   * @param running whether it runs (paused and restarting count)
   */
  record User(String containerId, boolean running) {}
}
