package stowage.block;

import java.io.IOException;
import java.util.List;

/**
 * What a {@link BlockDevice} may be besides: one that knows what was written since its snapshot.
 */
public interface TellsChanges {
  /** The range in order, without gaps, at least one: written since the last snapshot or not. */
  List<Change> changes(long offset, long length) throws IOException;

  /** A run of bytes that were all written since, or all not; says yes where it is not sure. */
  record Change(long length, boolean written) {}
}
