package stowage.blockd;

/** Numbers and layouts of the FUSE protocol, as far as one file needs it (linux/fuse.h). */
final class Fuse {
  static final int LOOKUP = 1;
  static final int FORGET = 2;
  static final int GETATTR = 3;
  static final int SETATTR = 4;
  static final int OPEN = 14;
  static final int READ = 15;
  static final int WRITE = 16;
  static final int STATFS = 17;
  static final int RELEASE = 18;
  static final int FSYNC = 20;
  static final int INIT = 26;
  static final int INTERRUPT = 36;
  static final int DESTROY = 38;
  static final int BATCH_FORGET = 42;
  static final int FALLOCATE = 43;
  static final int LSEEK = 46;

  /** As the error of a message nobody asked for: give what was given to a dead reader again. */
  static final int NOTIFY_RESEND = 7;

  static final int MAJOR = 7;
  static final int MINOR = 40; // the one RESEND came with

  static final int ASYNC_READ = 1;
  static final int BIG_WRITES = 1 << 5;
  static final int ASYNC_DIO = 1 << 15;
  static final int MAX_PAGES = 1 << 22;
  static final int INIT_EXT = 1 << 30;
  static final int HAS_RESEND = 1 << (39 - 32); // of the second word of flags

  static final int FOPEN_DIRECT_IO = 1;

  /** Closing a copy of the descriptor asks nothing of us: a dying server could not answer. */
  static final int FOPEN_NOFLUSH = 1 << 5;

  static final int FOPEN_PARALLEL_DIRECT_WRITES = 1 << 6;

  static final int FALLOC_KEEP_SIZE = 1;
  static final int FALLOC_PUNCH_HOLE = 2;
  static final int FALLOC_ZERO_RANGE = 16;

  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;

  /** {@code struct fuse_in_header}: len, opcode, unique, nodeid, uid, gid, pid, lengths. */
  static final int IN_BYTES = 40;

  static final int IN_OPCODE = 4;
  static final int IN_UNIQUE = 8;
  static final int IN_NODE = 16;

  /** {@code struct fuse_out_header}: len, error, unique. */
  static final int OUT_BYTES = 16;

  /** {@code struct fuse_write_in}, {@code fuse_read_in}: fh, offset, size, and what is unused. */
  static final int IO_BYTES = 40;

  static final long ROOT_NODE = 1;
  static final long FILE_NODE = 2;

  private Fuse() {}
}
