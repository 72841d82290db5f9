package stowage.linux;

/** Named pipes. Open one with {@link Open}; O_RDWR never blocks and never sees an end of file. */
public final class Fifo {
  private static final Call MKFIFO = Call.of("mkfifo", 2);

  private Fifo() {}

  public static void mkfifo(String path, int mode) throws ErrnoException {
    try (var f = Frame.open()) {
      if ((int) MKFIFO.invoke(f, f.string(path), mode) == -1) {
        throw f.error(MKFIFO, path);
      }
    }
  }
}
