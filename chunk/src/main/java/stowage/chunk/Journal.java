package stowage.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import stowage.store.Disk;
import stowage.store.DiskFile;

/**
 * What a writer has put so far, line by line: others read it to know what is in use, and whoever
 * goes on with the draft to know what is there. A line counts when its object is in a sealed pack;
 * one that a crash tore is none. One thread at a time.
 */
final class Journal implements AutoCloseable {
  static final int LINE_BYTES = 80;

  private static final int CRC = LINE_BYTES - 4;

  private final DiskFile file;

  /** What a line says. */
  enum Kind {
    /** A chunk was put. */
    CHUNK,
    /** A chunk is zero. */
    ZERO,
    /** A leaf of the manifest was stored. */
    LEAF
  }

  /**
   * A line.
   *
   * @param index of the chunk or leaf
   * @param newBytes that the object took
   * @param masked the digest of an encrypted chunk, masked; else zero
   */
  record Line(Kind kind, int index, int newBytes, Name name, Name masked) {
    private ByteBuffer encode() {
      var bytes = ByteBuffer.allocate(LINE_BYTES);
      bytes.putInt(0, kind.ordinal() + 1).putInt(4, index).putInt(8, newBytes);
      name.write(bytes, 12);
      masked.write(bytes, 12 + Name.BYTES);
      return bytes.putInt(CRC, Entry.crc(bytes, 0, CRC));
    }

    private static Line decode(ByteBuffer bytes) {
      int kind = bytes.getInt(0);
      boolean isSound =
          bytes.getInt(CRC) == Entry.crc(bytes, 0, CRC)
              && kind >= 1
              && kind <= Kind.values().length
              && bytes.getInt(4) >= 0;
      return isSound
          ? new Line(
              Kind.values()[kind - 1],
              bytes.getInt(4),
              bytes.getInt(8),
              Name.read(bytes, 12),
              Name.read(bytes, 12 + Name.BYTES))
          : null;
    }
  }

  private Journal(DiskFile file) {
    this.file = file;
  }

  static Journal create(Disk disk, String path) {
    try {
      return new Journal(disk.create(path));
    } catch (IOException e) {
      throw Disk.failure("create the journal " + path, e);
    }
  }

  void append(Line line) {
    try {
      file.write(line.encode());
    } catch (IOException e) {
      throw Disk.failure("write a draft's journal", e);
    }
  }

  void sync() {
    try {
      file.sync();
    } catch (IOException e) {
      throw Disk.failure("sync a draft's journal", e);
    }
  }

  /** The lines of a journal that somebody may be writing: those that were there at the call. */
  static List<Line> read(Disk disk, String path) {
    try (var file = disk.open(path)) {
      long size = file.size();
      var lines = new ArrayList<Line>();
      var window = ByteBuffer.allocate(LINE_BYTES << 10);
      for (long at = 0; at + LINE_BYTES <= size; at += window.limit()) {
        long rest = (size - at) / LINE_BYTES * LINE_BYTES;
        window.clear().limit((int) Math.min(window.capacity(), rest));
        Pack.readFully(file, window, at);
        for (int from = 0; from < window.limit(); from += LINE_BYTES) {
          var line = Line.decode(window.slice(from, LINE_BYTES));
          if (line != null) {
            lines.add(line);
          }
        }
      }
      return lines;
    } catch (NoSuchFileException gone) {
      return List.of(); // completed or abandoned meanwhile
    } catch (IOException e) {
      throw Disk.failure("read the journal " + path, e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw Disk.failure("close a draft's journal", e);
    }
  }
}
