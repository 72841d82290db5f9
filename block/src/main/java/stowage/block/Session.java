package stowage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A volume as one admitted attachment sees it: the filter that lets nothing through once the
 * attachment's epoch is past. Every call then throws {@link StaleEpoch}, and none that was under
 * way when the admission of the next epoch began is still under way when that returns.
 *
 * <p>Writes, trims and zeroes of a read-only attachment throw {@link ReadOnlySession}. Closing ends
 * this session only; the volume and the attachment stay.
 */
public final class Session implements BlockDevice {
  private final BlockDevice next;
  private final Admission admission;

  Session(BlockDevice next, Admission admission) {
    this.next = next;
    this.admission = admission;
  }

  /** The attachment it belongs to. */
  public Admission admission() {
    return admission;
  }

  /** Whether writes are refused. */
  public boolean readOnly() {
    return admission.readOnly();
  }

  @Override
  public long size() {
    return next.size();
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    next.read(offset, target);
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    next.write(offset, source);
  }

  @Override
  public void flush() throws IOException {
    next.flush();
  }

  @Override
  public void trim(long offset, long length) throws IOException {
    next.trim(offset, length);
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    next.zero(offset, length);
  }

  @Override
  public List<Extent> extents(long offset, long length) throws IOException {
    return next.extents(offset, length);
  }

  @Override
  public void close() {}
}
