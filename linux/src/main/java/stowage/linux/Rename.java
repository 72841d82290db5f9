package stowage.linux;

/**
 * rename(2), renameat(2), renameat2(2): atomic changes of names, durable only after the parent
 * directories are fsynced.
 *
 * <p>{@link #replace} is the only one every filesystem has; the others fail with EINVAL where the
 * filesystem does not know them (NFS).
 */
public final class Rename {
  private static final Call RENAME = Call.of("rename", 2);
  private static final Call RENAMEAT = Call.of("renameat", 4);
  private static final Call RENAMEAT2 = Call.of("renameat2", 5);
  private static final int RENAME_NOREPLACE = 1; // linux/fs.h
  private static final int RENAME_EXCHANGE = 2;

  private Rename() {}

  /**
   * Renames unless {@code to} exists: for publishing a file exactly once.
   *
   * @throws ErrnoException EEXIST if {@code to} exists, EXDEV if they are on different filesystems
   */
  public static void noReplace(String from, String to) throws ErrnoException {
    renameat2(Fd.CWD, from, Fd.CWD, to, RENAME_NOREPLACE);
  }

  public static void noReplaceAt(Fd fromDirectory, String from, Fd toDirectory, String to)
      throws ErrnoException {
    renameat2(fromDirectory, from, toDirectory, to, RENAME_NOREPLACE);
  }

  /** Renames; a file or an empty directory that {@code to} named is gone. */
  public static void replace(String from, String to) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) RENAME.invoke(f, f.string(from), f.string(to)) == -1) {
        throw f.error(RENAME, from + " -> " + to);
      }
    }
  }

  public static void replaceAt(Fd fromDirectory, String from, Fd toDirectory, String to)
      throws ErrnoException {
    try (var f = Frame.open()) {
      int result =
          (int)
              RENAMEAT.invoke(
                  f, fromDirectory.number(), f.string(from), toDirectory.number(), f.string(to));
      if (result == -1) {
        throw f.error(RENAMEAT, what(fromDirectory, from, toDirectory, to));
      }
    }
  }

  /** The two names change places. */
  public static void exchange(String a, String b) throws ErrnoException {
    renameat2(Fd.CWD, a, Fd.CWD, b, RENAME_EXCHANGE);
  }

  public static void exchangeAt(Fd aDirectory, String a, Fd bDirectory, String b)
      throws ErrnoException {
    renameat2(aDirectory, a, bDirectory, b, RENAME_EXCHANGE);
  }

  private static void renameat2(Fd fromDir, String from, Fd toDir, String to, int flags)
      throws ErrnoException {
    try (var f = Frame.open()) {
      int result =
          (int)
              RENAMEAT2.invoke(
                  f, fromDir.number(), f.string(from), toDir.number(), f.string(to), flags);
      if (result == -1) {
        throw f.error(RENAMEAT2, what(fromDir, from, toDir, to));
      }
    }
  }

  private static String what(Fd fromDirectory, String from, Fd toDirectory, String to) {
    return fromDirectory == Fd.CWD && toDirectory == Fd.CWD
        ? from + " -> " + to
        : "%s, %s -> %s, %s".formatted(fromDirectory, from, toDirectory, to);
  }
}
