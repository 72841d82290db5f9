package stowage.block;

import java.io.IOException;

/** The device of a volume, which can be held still while its files are exchanged. */
interface VolumeDevice extends BlockDevice {
  /** Waits until no call is under way and holds back those that come. */
  void pause();

  /** Ends a {@link #pause}. */
  void resume();

  /** As {@link #flush}, by whoever paused it. */
  void flushPaused() throws IOException;
}
