package stowage.layer;

/**
 * What every inode has, whatever it is.
 *
 * @param permissions mode bits without the kind: 0 to 07777
 * @param uid unsigned
 * @param gid unsigned
 * @param mtimeSeconds since 1970, may be negative
 * @param xattrs as EROFS keeps them inline, see {@link ErofsXattrs}; empty when there are none.
 *     Shared, never changed
 */
record InodeAttributes(
    int permissions, int uid, int gid, long mtimeSeconds, int mtimeNanos, byte[] xattrs) {
  /** Of a directory that is only implied, where no layer below says better. */
  static final InodeAttributes IMPLIED = new InodeAttributes(0755, 0, 0, 0, 0, ErofsXattrs.NONE);

  /** Of a whiteout: nobody ever sees them. */
  static final InodeAttributes WHITEOUT = new InodeAttributes(0, 0, 0, 0, 0, ErofsXattrs.NONE);

  InodeAttributes withXattrs(byte[] others) {
    return new InodeAttributes(permissions, uid, gid, mtimeSeconds, mtimeNanos, others);
  }

  boolean isModified(long seconds, int nanos) {
    return mtimeSeconds == seconds && mtimeNanos == nanos;
  }
}
