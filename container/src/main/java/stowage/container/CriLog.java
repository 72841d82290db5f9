package stowage.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the log conmon writes, in the CRI's format. One entry a line: a time, a stream, {@code F}
 * for the end of a line or {@code P} for a piece of one, and the bytes:
 *
 * <pre>
 *   2016-10-06T00:17:09.669794202Z stdout P log content 1
 *   2016-10-06T00:17:09.669794203Z stderr F log content
 * </pre>
 */
final class CriLog implements LogReader {
  /** No entry is longer: the monitor reads 8 KiB at a time. */
  private static final int ENTRY_MAX = 1 << 20;

  private static final int BLOCK = 64 << 10;

  private final FileChannel file;
  private final LogOptions options;
  private final Bell bell;
  private final Set<Attachment.Stream> midLine = EnumSet.noneOf(Attachment.Stream.class);
  private ByteBuffer buffer = ByteBuffer.allocate(BLOCK).flip();
  private long position;
  private String lastTime = "";
  private Instant lastInstant = Instant.EPOCH;

  /**
   * Opens a log.
   *
   * @param bell rings when there may be more; over from the start when nothing will come
   */
  CriLog(Path path, LogOptions options, Bell bell) throws IOException {
    this(path, options, bell, 0);
  }

  /** Opens a log at a place where an entry begins. */
  CriLog(Path path, LogOptions options, Bell bell, long start) throws IOException {
    this.position = start;
    this.file = FileChannel.open(path, StandardOpenOption.READ);
    this.options = options;
    this.bell = bell;
    if (options.tail() >= 0) {
      position = tail(options.tail());
    }
  }

  @Override
  public Optional<Entry> next() {
    try {
      while (true) {
        boolean over = bell.isOver();
        long rings = bell.rings();
        Optional<byte[]> line = line();
        if (line.isEmpty()) {
          if (over) {
            return Optional.empty();
          }
          bell.awaitAfter(rings);
          continue;
        }
        Optional<Entry> entry = parse(line.get());
        if (entry.isEmpty()) {
          continue;
        }
        Entry found = entry.get();
        if (options.until().isPresent() && found.at().isAfter(options.until().get())) {
          return Optional.empty();
        }
        boolean tooOld = options.since().isPresent() && found.at().isBefore(options.since().get());
        boolean wanted =
            found.stream() == Attachment.Stream.STDOUT ? options.stdout() : options.stderr();
        if (wanted && !tooOld) {
          return entry;
        }
      }
    } catch (ClosedChannelException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    bell.over();
    try {
      file.close();
    } catch (IOException e) {
      // Nothing was written to it.
    }
  }

  /** The next whole line without its newline, if it is there. */
  private Optional<byte[]> line() throws IOException {
    int scanned = 0;
    while (true) {
      for (int i = buffer.position() + scanned; i < buffer.limit(); i++) {
        if (buffer.get(i) == '\n') {
          var line = new byte[i - buffer.position()];
          buffer.get(line);
          buffer.get();
          return Optional.of(line);
        }
      }
      scanned = buffer.remaining();
      if (!fill()) {
        return Optional.empty();
      }
    }
  }

  private boolean fill() throws IOException {
    if (buffer.remaining() >= ENTRY_MAX) {
      buffer.position(buffer.limit()); // no log of ours: skipped
    }
    var larger =
        buffer.remaining() > buffer.capacity() / 2
            ? ByteBuffer.allocate(buffer.capacity() * 2)
            : ByteBuffer.allocate(buffer.capacity());
    larger.put(buffer);
    int count = file.read(larger, position);
    buffer = larger.flip();
    if (count <= 0) {
      return false;
    }
    position += count;
    return true;
  }

  private Optional<Entry> parse(byte[] line) {
    int time = indexOf(line, 0);
    int stream = time < 0 ? -1 : indexOf(line, time + 1);
    int tag = stream < 0 ? -1 : indexOf(line, stream + 1);
    if (tag < 0) {
      return Optional.empty();
    }
    Instant at;
    try {
      at = instant(new String(line, 0, time, StandardCharsets.ISO_8859_1));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
    boolean error =
        new String(line, time + 1, stream - time - 1, StandardCharsets.ISO_8859_1).equals("stderr");
    var which = error ? Attachment.Stream.STDERR : Attachment.Stream.STDOUT;
    boolean full = line[stream + 1] == 'F';
    int length = line.length - tag - 1;
    var bytes = new byte[full ? length + 1 : length];
    System.arraycopy(line, tag + 1, bytes, 0, length);
    if (full) {
      bytes[length] = '\n';
    }
    boolean starts = !midLine.contains(which);
    if (full) {
      midLine.remove(which);
    } else {
      midLine.add(which);
    }
    return Optional.of(new Entry(which, at, bytes, starts));
  }

  /** Entries of one write have the same time: it is parsed once. */
  private Instant instant(String text) {
    if (!text.equals(lastTime)) {
      lastInstant = OffsetDateTime.parse(text).toInstant();
      lastTime = text;
    }
    return lastInstant;
  }

  private static int indexOf(byte[] line, int from) {
    for (int i = from; i < line.length; i++) {
      if (line[i] == ' ') {
        return i;
      }
    }
    return -1;
  }

  /** Where the last {@code lines} lines begin, found from the end. */
  private long tail(long lines) throws IOException {
    long end = file.size();
    if (lines == 0) {
      return end;
    }
    long found = 0;
    long to = end;
    var block = ByteBuffer.allocate(BLOCK);
    var carry = new byte[0]; // the beginning of the entry that the block behind began in
    boolean last = true;
    long result = 0;
    while (to > 0) {
      long from = Math.max(0, to - BLOCK);
      block.clear().limit((int) (to - from));
      int read = 0;
      while (block.hasRemaining() && read >= 0) {
        read = file.read(block, from + block.position());
      }
      byte[] bytes = java.util.Arrays.copyOf(block.array(), block.position() + carry.length);
      System.arraycopy(carry, 0, bytes, block.position(), carry.length);
      for (int i = bytes.length - carry.length - 1; i >= -1; i--) {
        boolean starts = i >= 0 ? bytes[i] == '\n' : from == 0;
        long start = from + i + 1;
        if (!starts || start >= end) {
          continue;
        }
        boolean endsLine = isFull(bytes, i + 1);
        if (endsLine || last) {
          // Another line ends here: those wanted begin with what was seen before it.
          if (found == lines) {
            return result;
          }
          found++;
        }
        last = false;
        result = start;
      }
      carry = java.util.Arrays.copyOf(bytes, Math.min(bytes.length, 128));
      to = from;
    }
    return 0;
  }

  private static boolean isFull(byte[] bytes, int start) {
    int spaces = 0;
    for (int i = start; i < bytes.length - 1; i++) {
      if (bytes[i] == ' ' && ++spaces == 2) {
        return bytes[i + 1] == 'F';
      }
    }
    return true;
  }
}
