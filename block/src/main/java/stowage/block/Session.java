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
 * this session only; the volume and the attachment stay. Calls wait for the volume's limits first.
 */
public final class Session implements BlockDevice {
  private final BlockDevice next;
  private final Admission admission;
  private final Limiter limiter;
  private final Gate gate = new Gate();

  Session(BlockDevice next, Admission admission, Limiter limiter) {
    this.next = next;
    this.admission = admission;
    this.limiter = limiter;
  }

  /** The attachment it belongs to. */
  public Admission admission() {
    return admission;
  }

  /** Whether writes are refused. */
  public boolean readOnly() {
    return admission.readOnly();
  }

  private void enter() throws StaleEpoch {
    if (!gate.tryEnter()) {
      throw new StaleEpoch(admission.volumeId(), admission.instanceId(), admission.epoch());
    }
  }

  /** Goes in to change something; who waits for the limits is not in yet. */
  private void enterToWrite(long bytes) throws IOException {
    if (admission.readOnly()) {
      throw new ReadOnlySession(admission.volumeId());
    }
    limiter.take(bytes);
    enter();
  }

  @Override
  public long size() {
    return next.size();
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    limiter.take(target.remaining());
    enter();
    try {
      next.read(offset, target);
    } finally {
      gate.exit();
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    enterToWrite(source.remaining());
    try {
      next.write(offset, source);
    } finally {
      gate.exit();
    }
  }

  @Override
  public void flush() throws IOException {
    enter();
    try {
      next.flush();
    } finally {
      gate.exit();
    }
  }

  @Override
  public void trim(long offset, long length) throws IOException {
    enterToWrite(0);
    try {
      next.trim(offset, length);
    } finally {
      gate.exit();
    }
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    enterToWrite(0);
    try {
      next.zero(offset, length);
    } finally {
      gate.exit();
    }
  }

  @Override
  public List<Extent> extents(long offset, long length) throws IOException {
    enter();
    try {
      return next.extents(offset, length);
    } finally {
      gate.exit();
    }
  }

  /** Lets nobody in any more and waits until nobody is inside; again is fine. */
  void cut() {
    gate.close();
  }

  boolean isCut() {
    return gate.isClosed();
  }

  @Override
  public void close() {
    cut();
  }
}
