package stowage.layer;

import java.nio.ByteBuffer;
import stowage.store.StagedFile;

/** Writes an index into a staged file. */
record StagedSink(StagedFile file) implements Sink {
  private static final int ZEROS = 1 << 20;

  @Override
  public void write(ByteBuffer from) {
    file.write(from);
  }

  @Override
  public void skip(long count) {
    var zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, count));
    for (long left = count; left > 0; left -= zeros.limit()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), left));
      file.write(zeros.duplicate());
    }
  }
}
