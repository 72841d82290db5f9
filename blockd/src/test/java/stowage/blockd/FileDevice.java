package stowage.blockd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import stowage.base.ByteStrings;
import stowage.block.BlockDevice;
import stowage.linux.Fd;
import stowage.linux.Io;
import stowage.linux.Open;

/** A sparse file as a device; it fails every call once it was told to. */
final class FileDevice implements BlockDevice {
  private final Fd file;
  private final AtomicLong size;
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  final AtomicLong flushes = new AtomicLong();
  final AtomicLong trimmed = new AtomicLong();

  FileDevice(Path path, long size) throws IOException {
    this.file = Open.open(ByteStrings.ofPath(path), Open.O_RDWR | Open.O_CREAT, 0600);
    this.size = new AtomicLong(size);
    Io.ftruncate(file, size);
  }

  void fail(IOException e) {
    failure.set(e);
  }

  void grow(long to) throws IOException {
    Io.ftruncate(file, to);
    size.set(to);
  }

  private void check() throws IOException {
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  @Override
  public long size() {
    return size.get();
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    check();
    Io.preadFully(file, target, offset);
  }

  @Override
  public void write(long offset, ByteBuffer source) throws IOException {
    check();
    Io.pwriteFully(file, source, offset);
  }

  @Override
  public void flush() throws IOException {
    check();
    Io.fdatasync(file);
    flushes.incrementAndGet();
  }

  @Override
  public void trim(long offset, long length) throws IOException {
    check();
    Io.punchHole(file, offset, length);
    trimmed.addAndGet(length);
  }

  @Override
  public void zero(long offset, long length) throws IOException {
    trim(offset, length);
  }

  @Override
  public List<Extent> extents(long offset, long length) throws IOException {
    long data = Io.seekData(file, offset).orElse(size());
    if (data > offset) {
      return List.of(new Extent(Math.min(length, data - offset), true));
    }
    long hole = Io.seekHole(file, offset).orElse(size());
    return List.of(new Extent(Math.min(length, hole - offset), false));
  }

  @Override
  public void close() {
    file.close();
  }
}
