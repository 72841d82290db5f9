package stowage.volume;

import static stowage.linux.Open.O_RDWR;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import stowage.base.ByteStrings;
import stowage.linux.BlockSpecial;
import stowage.linux.Io;
import stowage.linux.Loop;
import stowage.linux.Open;

/** A block device over a sparse file, for as long as it is open. */
final class LoopDisk implements AutoCloseable {
  final Path file;
  private final Loop loop;

  private LoopDisk(Path file, Loop loop) {
    this.file = file;
    this.loop = loop;
  }

  static LoopDisk of(Path file, long mib) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(mib << 20);
    }
    try (var fd = Open.open(ByteStrings.ofPath(file), O_RDWR)) {
      return new LoopDisk(file, Loop.attachToStay(fd, false, false));
    }
  }

  String device() {
    return loop.path();
  }

  void write(long offset, byte[] bytes) throws IOException {
    try (var out = new RandomAccessFile(device(), "rw")) {
      out.seek(offset);
      out.write(bytes);
    }
  }

  byte[] read(long offset, int size) throws IOException {
    BlockSpecial.flushBuffers(loop.fd());
    try (var in = new RandomAccessFile(device(), "r")) {
      var bytes = new byte[size];
      in.seek(offset);
      in.readFully(bytes);
      return bytes;
    }
  }

  void grow(long mib) throws IOException {
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(mib << 20);
    }
    Loop.takeSize(loop.fd());
  }

  @Override
  public void close() throws IOException {
    Io.fsync(loop.fd()); // a device that is being detached drops what was not written yet
    Loop.detach(loop.fd());
    loop.close();
  }
}
