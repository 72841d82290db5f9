package stowage.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * A {@link Disk} in front of another of which one call fails: the n-th, counted from 1, reads
 * included. A write that fails has written half of its bytes. For one thread.
 */
public final class FaultyDisk implements Disk {
  private final Disk next;
  private final long failAt;
  private final Fault fault;
  private long count;

  /** How a call fails. */
  public enum Fault {
    EIO,
    ENOSPC
  }

  private FaultyDisk(Disk next, long failAt, Fault fault) {
    this.next = next;
    this.failAt = failAt;
    this.fault = fault;
  }

  public static FaultyDisk failing(Disk next, long failAt, Fault fault) {
    return new FaultyDisk(next, failAt, fault);
  }

  /** Whether the call that was to fail was made. */
  public boolean hasFailed() {
    return count >= failAt;
  }

  private void call(String what) throws IOException {
    if (++count == failAt) {
      throw switch (fault) {
        case EIO -> new IOException(what + ": EIO (injected)");
        case ENOSPC -> new DiskFull(what + ": ENOSPC (injected)", null);
      };
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    call("create " + name);
    return new FaultyFile(name, next.create(name));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    call("open " + name);
    return new FaultyFile(name, next.open(name));
  }

  @Override
  public OptionalLong size(String name) throws IOException {
    call("size " + name);
    return next.size(name);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    call("list " + directory);
    return next.list(directory);
  }

  @Override
  public void makeDirectory(String name) throws IOException {
    call("makeDirectory " + name);
    next.makeDirectory(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    call("rename " + to);
    next.rename(from, to);
  }

  @Override
  public void replace(String from, String to) throws IOException {
    call("replace " + to);
    next.replace(from, to);
  }

  @Override
  public boolean remove(String name) throws IOException {
    call("remove " + name);
    return next.remove(name);
  }

  @Override
  public boolean removeTree(String name) throws IOException {
    call("removeTree " + name);
    return next.removeTree(name);
  }

  @Override
  public void syncDirectory(String name) throws IOException {
    call("syncDirectory " + name);
    next.syncDirectory(name);
  }

  @Override
  public void syncTree(String name) throws IOException {
    call("syncTree " + name);
    next.syncTree(name);
  }

  private final class FaultyFile implements DiskFile {
    private final String name;
    private final DiskFile file;

    FaultyFile(String name, DiskFile file) {
      this.name = name;
      this.file = file;
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
      try {
        call("write " + name);
      } catch (IOException e) {
        file.write(from.duplicate().limit(from.position() + from.remaining() / 2));
        throw e;
      }
      file.write(from);
    }

    @Override
    public void skip(long count) throws IOException {
      call("skip " + name);
      file.skip(count);
    }

    @Override
    public int read(ByteBuffer to, long offset) throws IOException {
      call("read " + name);
      return file.read(to, offset);
    }

    @Override
    public long size() throws IOException {
      call("size " + name);
      return file.size();
    }

    @Override
    public void sync() throws IOException {
      call("sync " + name);
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
