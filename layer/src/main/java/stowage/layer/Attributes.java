package stowage.layer;

/**
 * What every inode has, whatever it is.
 *
 * @param permissions mode bits without the kind: 0 to 07777
 * @param uid unsigned
 * @param gid unsigned
 * @param mtimeSeconds since 1970, may be negative
 * @param xattrs as EROFS keeps them inline, see {@link Xattrs}; empty when there are none. Shared,
 *     never changed
 */
record Attributes(
    int permissions, int uid, int gid, long mtimeSeconds, int mtimeNanos, byte[] xattrs) {
  /** Of a directory that is only implied, where no layer below says better. */
  static final Attributes IMPLIED = new Attributes(0755, 0, 0, 0, 0, Xattrs.NONE);

  /** Of a whiteout: nobody ever sees them. */
  static final Attributes WHITEOUT = new Attributes(0, 0, 0, 0, 0, Xattrs.NONE);

  Attributes withXattrs(byte[] others) {
    return new Attributes(permissions, uid, gid, mtimeSeconds, mtimeNanos, others);
  }

  boolean isModified(long seconds, int nanos) {
    return mtimeSeconds == seconds && mtimeNanos == nanos;
  }
}
