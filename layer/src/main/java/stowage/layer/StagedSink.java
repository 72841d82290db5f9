package stowage.layer;

import java.nio.ByteBuffer;
import stowage.store.StagedFile;

/** Writes an index into a staged file. */
record StagedSink(StagedFile file) implements Sink {
  @Override
  public void write(ByteBuffer from) {
    file.write(from);
  }

  @Override
  public void skip(long count) {
    if (count > 0) {
      file.skip(count);
    }
  }
}
