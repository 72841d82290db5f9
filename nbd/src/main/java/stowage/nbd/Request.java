package stowage.nbd;

import java.nio.ByteBuffer;
import stowage.block.BlockDevice;

/** A request as it came; a lane has one and uses it again. */
final class Request {
  int flags;
  int type;
  long cookie;
  long offset;

  /** Bytes of the range, or those of a write that are not yet dealt with; unsigned on the wire. */
  long length;

  private long asked;

  /** Takes the header at the buffer's position, which stays; false if it is none. */
  boolean parse(ByteBuffer in) {
    int at = in.position();
    flags = Short.toUnsignedInt(in.getShort(at + 4));
    type = Short.toUnsignedInt(in.getShort(at + 6));
    cookie = in.getLong(at + 8);
    offset = in.getLong(at + 16);
    length = Integer.toUnsignedLong(in.getInt(at + 24));
    asked = length;
    return in.getInt(at) == Wire.REQUEST_MAGIC;
  }

  /** Bytes of payload that follow, as far as not dealt with. */
  int payload() {
    return type == Wire.CMD_WRITE ? (int) length : 0;
  }

  /** Bytes that are moved for it. */
  long bytes() {
    return type == Wire.CMD_READ || type == Wire.CMD_WRITE ? asked : 0;
  }

  /** The first bytes of a write are dealt with. */
  void advance(int bytes) {
    offset += bytes;
    length -= bytes;
  }

  /** Whether it names a range without bytes: there is nothing to do, and that is no error. */
  boolean isNothing() {
    return asked == 0 && type != Wire.CMD_FLUSH;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** What is wrong with it for a device of this size, or OK. */
  int check(long size, boolean readOnly, boolean structured) {
    if ((flags & ~allowed(structured)) != 0 || type > Wire.CMD_BLOCK_STATUS) {
      return Wire.EINVAL;
    }
    if (type == Wire.CMD_FLUSH) {
      return Wire.OK;
    }
    boolean changes =
        type == Wire.CMD_WRITE || type == Wire.CMD_TRIM || type == Wire.CMD_WRITE_ZEROES;
    if (readOnly && changes) {
      return Wire.EPERM;
    }
    if (offset < 0 || offset > size - length) {
      return type == Wire.CMD_WRITE || type == Wire.CMD_WRITE_ZEROES ? Wire.ENOSPC : Wire.EINVAL;
    }
    if (((offset | length) & (BlockDevice.SECTOR - 1)) != 0) {
      return Wire.EINVAL;
    }
    if ((type == Wire.CMD_READ || type == Wire.CMD_CACHE) && length > Wire.PAYLOAD_MAX) {
      return structured ? Wire.EOVERFLOW : Wire.EINVAL;
    }
    return Wire.OK;
  }

  private int allowed(boolean structured) {
    return Wire.FUA
        | switch (type) {
          case Wire.CMD_READ -> structured ? Wire.DF : 0;
          case Wire.CMD_WRITE_ZEROES -> Wire.NO_HOLE | Wire.FAST_ZERO;
          case Wire.CMD_BLOCK_STATUS -> Wire.REQ_ONE;
          default -> 0;
        };
  }
}
