package stowage.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import stowage.base.StowageException;
import stowage.block.BlockDevice;
import stowage.block.SendsFile;
import stowage.block.TellsChanges;

/** Carries out one request after the other for a lane, and puts the replies into its output. */
final class Work {
  /** From here on it costs less to let the kernel send a file's bytes than to copy them. */
  private static final int SEND_MIN = 64 << 10;

  /** Descriptors in one answer about a range. */
  private static final int DESCRIPTORS_MAX = 4096;

  /** What a device is asked about at once: its answer is a list in memory. */
  private static final long ASK_BYTES = 64 << 20;

  private static final int DATA_HEADER_BYTES = Wire.CHUNK_BYTES + 8;
  private static final int STATUS_HEADER_BYTES = Wire.CHUNK_BYTES + 4;
  private static final int REPLY_BYTES = 32;

  private final Session session;
  private final BlockDevice device;
  private final Request request;
  private final ByteBuffer out;
  private final boolean structured;
  private final int dataHeader;
  private final Optional<SendsFile> files;
  private final Optional<WritableByteChannel> direct;

  Work(Session session, Request request, ByteBuffer out) {
    this.session = session;
    this.request = request;
    this.out = out;
    device = session.device;
    structured = session.structured;
    dataHeader = structured ? DATA_HEADER_BYTES : Wire.SIMPLE_REPLY_BYTES;
    direct = session.transport.direct();
    files = device instanceof SendsFile sends ? Optional.of(sends) : Optional.empty();
  }

  /** What is wrong with the request, or OK. */
  int check() {
    if (request.type == Wire.CMD_BLOCK_STATUS
        && (session.contexts.isEmpty() || request.length == 0)) {
      return Wire.EINVAL;
    }
    return request.check(device.size(), session.readOnly, structured);
  }

  /** Whether a read is answered piece by piece, or by the kernel. */
  boolean isLarge() {
    return request.length > out.capacity() - dataHeader
        || (request.length >= SEND_MIN && sendsFile());
  }

  private boolean sendsFile() {
    // Without structured replies an error after the first byte could not be told.
    return structured && files.isPresent() && direct.isPresent();
  }

  /** Bytes of output that carrying out may need. */
  int room() {
    return switch (request.type) {
      case Wire.CMD_READ -> REPLY_BYTES + (isLarge() ? 0 : (int) request.length);
      case Wire.CMD_CACHE -> SEND_MIN;
      case Wire.CMD_BLOCK_STATUS ->
          session.contexts.size() * (STATUS_HEADER_BYTES + 8 * DESCRIPTORS_MAX);
      default -> REPLY_BYTES;
    };
  }

  /** Does what is asked, a write's payload being what {@code in} has, and appends the reply. */
  void carryOut(ByteBuffer in) {
    int at = out.position();
    int error = attempt(in);
    out.limit(out.capacity());
    if (error != Wire.OK) {
      out.position(at);
      reply(error);
    } else if (request.type == Wire.CMD_READ) {
      dataHeader(at);
    } else if (request.type != Wire.CMD_BLOCK_STATUS) {
      out.position(at);
      reply(Wire.OK);
    }
  }

  private int attempt(ByteBuffer in) {
    try {
      switch (request.type) {
        case Wire.CMD_READ -> {
          int start = out.position() + dataHeader;
          out.limit(start + (int) request.length).position(start);
          device.read(request.offset, out);
        }
        case Wire.CMD_WRITE -> device.write(request.offset, in);
        case Wire.CMD_FLUSH -> device.flush();
        case Wire.CMD_TRIM -> device.trim(request.offset, request.length);
        case Wire.CMD_CACHE -> readAhead();
        case Wire.CMD_WRITE_ZEROES -> zero();
        case Wire.CMD_BLOCK_STATUS -> status();
        default -> throw new AssertionError(request.type);
      }
      if (request.has(Wire.FUA) && changes()) {
        device.flush();
      }
      return Wire.OK;
    } catch (IOException e) {
      return Errors.of(e);
    } catch (StowageException e) {
      return Errors.of(e);
    }
  }

  private boolean changes() {
    return switch (request.type) {
      case Wire.CMD_WRITE, Wire.CMD_TRIM, Wire.CMD_WRITE_ZEROES -> true;
      default -> false;
    };
  }

  private void zero() throws IOException {
    if (request.has(Wire.NO_HOLE)) {
      device.zero(request.offset, request.length);
    } else {
      device.trim(request.offset, request.length); // reads as zeroes too, and takes no room
    }
  }

  /** What is read stays in the cache of whoever has to fetch it, and goes nowhere. */
  private void readAhead() throws IOException {
    int start = out.position();
    for (long done = 0; done < request.length; ) {
      int part = (int) Math.min(request.length - done, SEND_MIN);
      out.limit(start + part).position(start);
      device.read(request.offset + done, out);
      done += part;
    }
  }

  /** Writes the first {@code length} bytes of what {@code in} has: the error. */
  int writePart(ByteBuffer in, int length) {
    int limit = in.limit();
    int end = in.position() + length;
    in.limit(end);
    try {
      device.write(request.offset, in);
      return Wire.OK;
    } catch (IOException e) {
      return Errors.of(e);
    } catch (StowageException e) {
      return Errors.of(e);
    } finally {
      in.limit(limit).position(end);
    }
  }

  /** Appends a reply without data. */
  void reply(int error) {
    if (!structured || (error == Wire.OK && request.type != Wire.CMD_READ)) {
      out.putInt(Wire.SIMPLE_REPLY_MAGIC).putInt(error).putLong(request.cookie);
    } else if (error == Wire.OK) {
      chunk(Wire.REPLY_DONE, Wire.REPLY_NONE, 0);
    } else {
      chunk(Wire.REPLY_DONE, Wire.REPLY_ERROR, 6);
      out.putInt(error).putShort((short) 0);
    }
  }

  private void chunk(int flags, int type, int length) {
    out.putInt(Wire.STRUCTURED_REPLY_MAGIC).putShort((short) flags).putShort((short) type);
    out.putLong(request.cookie).putInt(length);
  }

  /** Puts the header before data that is there already. */
  private void dataHeader(int at) {
    int end = out.position();
    out.position(at);
    if (structured) {
      chunk(Wire.REPLY_DONE, Wire.REPLY_OFFSET_DATA, 8 + (int) request.length);
      out.putLong(request.offset);
    } else {
      out.putInt(Wire.SIMPLE_REPLY_MAGIC).putInt(Wire.OK).putLong(request.cookie);
    }
    out.position(end);
  }

  private void status() throws IOException {
    for (int i = 0; i < session.contexts.size(); i++) {
      var context = session.contexts.get(i);
      int at = out.position();
      out.position(at + STATUS_HEADER_BYTES);
      var descriptors = new Descriptors(out, request, DESCRIPTORS_MAX);
      long asked = 0;
      while (asked < request.length && !descriptors.full()) {
        long part = Math.min(request.length - asked, ASK_BYTES);
        ask(context, request.offset + asked, part, descriptors);
        asked += part;
      }
      descriptors.end();
      int end = out.position();
      out.position(at);
      boolean last = i == session.contexts.size() - 1;
      int payload = end - at - Wire.CHUNK_BYTES;
      chunk(last ? Wire.REPLY_DONE : 0, Wire.REPLY_BLOCK_STATUS, payload);
      out.putInt(context.id()).position(end);
    }
  }

  private void ask(Handshake.Context context, long offset, long length, Descriptors descriptors)
      throws IOException {
    switch (context) {
      case ALLOCATION_OF -> {
        for (var extent : device.extents(offset, length)) {
          int state = extent.hole() ? Wire.STATE_HOLE | Wire.STATE_ZERO : 0;
          descriptors.add(extent.length(), state);
        }
      }
      case DIRTY_OF -> {
        for (var change : ((TellsChanges) device).changes(offset, length)) {
          descriptors.add(change.length(), change.written() ? Wire.STATE_DIRTY : 0);
        }
      }
    }
  }

  /**
   * Answers a read that does not fit, or that the kernel can do; the output is empty before, and
   * holds at most the end of the reply afterwards.
   */
  void readLarge() throws IOException {
    if (!structured) {
      readWhole();
    } else if (request.has(Wire.DF) || sendsFile()) {
      readAsOne();
    } else {
      readInParts();
    }
  }

  /** A chunk for each part: each is read before its header says that all is well. */
  private void readInParts() throws IOException {
    long end = request.offset + request.length;
    for (long at = request.offset; at < end; ) {
      int part = (int) Math.min(end - at, out.capacity() - DATA_HEADER_BYTES & -BlockDevice.SECTOR);
      int error = part(at, part, DATA_HEADER_BYTES);
      if (error != Wire.OK) {
        out.clear();
        reply(error);
        return;
      }
      int filled = out.position();
      out.position(0);
      chunk(at + part == end ? Wire.REPLY_DONE : 0, Wire.REPLY_OFFSET_DATA, 8 + part);
      out.putLong(at).position(filled).flip();
      session.send(out);
      out.clear();
      at += part;
    }
  }

  /** Reads a part to {@code start} in the output, zeroes if that fails: the error. */
  private int part(long offset, int length, int start) {
    out.clear().limit(start + length).position(start);
    int error;
    try {
      device.read(offset, out);
      error = Wire.OK;
    } catch (IOException e) {
      error = Errors.of(e);
    } catch (StowageException e) {
      error = Errors.of(e);
    }
    out.position(start + length);
    return error;
  }

  /** One chunk for all; should reading fail in the middle, zeroes fill it and an error follows. */
  private void readAsOne() throws IOException {
    int error = Wire.OK;
    session.output.lock();
    try {
      chunk(0, Wire.REPLY_OFFSET_DATA, 8 + (int) request.length);
      out.putLong(request.offset).flip();
      session.transport.write(out);
      long at = request.offset;
      long end = at + request.length;
      boolean sends = sendsFile();
      while (at < end) {
        long sent = sends ? sendFile(at, end - at) : 0;
        sends = sent > 0;
        if (!sends) {
          sent = Math.min(end - at, out.capacity());
          error = padded(at, (int) sent, error);
          session.transport.write(out.flip());
        }
        at += sent;
      }
    } finally {
      session.output.unlock();
    }
    out.clear();
    reply(error);
  }

  private int padded(long offset, int length, int failed) {
    int error = failed == Wire.OK ? part(offset, length, 0) : failed;
    if (error != Wire.OK) {
      out.clear();
      while (out.position() < length) {
        out.put((byte) 0);
      }
    }
    return error;
  }

  /** Lets the kernel send; 0 if it cannot, and then reading or writing will say why. */
  private long sendFile(long offset, long length) {
    try {
      return files.orElseThrow().send(offset, length, direct.orElseThrow());
    } catch (IOException | StowageException told) {
      return 0;
    }
  }

  /** A simple reply says first that all is well, so all is read before. */
  private void readWhole() throws IOException {
    int length = (int) request.length;
    var lent =
        length <= Buffers.LARGE_BYTES ? session.buffers.large() : Optional.<ByteBuffer>empty();
    if (lent.isEmpty()) {
      readInFaith();
      return;
    }
    var whole = lent.get();
    try {
      int error;
      try {
        device.read(request.offset, whole.limit(length));
        error = Wire.OK;
      } catch (IOException e) {
        error = Errors.of(e);
      } catch (StowageException e) {
        error = Errors.of(e);
      }
      reply(error);
      if (error == Wire.OK) {
        session.output.lock();
        try {
          session.transport.write(out.flip());
          session.transport.write(whole.position(length).flip());
        } finally {
          session.output.unlock();
        }
        out.clear();
      }
    } finally {
      session.buffers.large(whole);
    }
  }

  /** A read too long to hold: an error in its middle can only be told by ending the connection. */
  private void readInFaith() throws IOException {
    session.output.lock();
    try {
      long end = request.offset + request.length;
      for (long at = request.offset; at < end; ) {
        int header = at == request.offset ? Wire.SIMPLE_REPLY_BYTES : 0;
        int room = out.capacity() - header & -BlockDevice.SECTOR;
        int part = (int) Math.min(end - at, room);
        int error = part(at, part, header);
        if (error != Wire.OK && header == 0) {
          throw new IOException("a read failed in the middle of its reply");
        }
        if (header > 0) {
          int filled = out.position();
          out.position(0);
          reply(error);
          if (error != Wire.OK) {
            return;
          }
          out.position(filled);
        }
        session.transport.write(out.flip());
        out.clear();
        at += part;
      }
    } finally {
      session.output.unlock();
    }
  }
}
