package stowage.cloud;

import java.util.List;

/** Volumes on their way to another zone, and clones. Any thread may call. */
public final class Moves {
  Moves() {}

  /** Begins a move or a clone; goes on in the background, and after any crash. */
  public Move begin(MoveVolume request) {
    throw Region.later("moves and clones are");
  }

  /** One move as it is by now. */
  public Move require(String moveId) {
    throw Region.later("moves and clones are");
  }

  /** Waits until it has ended. */
  public Move await(String moveId) {
    throw Region.later("moves and clones are");
  }

  /** All that are known, by id. */
  public List<Move> list() {
    throw Region.later("moves and clones are");
  }
}
