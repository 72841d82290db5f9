package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a run's output is written from its first byte on: what a client is read that cannot keep up
 * with the run itself. The monitor writes each piece there before it gives it to clients, in the
 * same order.
 *
 * @param log in the CRI's format
 * @param start where the run begins in it: what is before is of earlier runs
 */
record Tape(Path log, long start) {
  /** The tape of a run to come. */
  static Tape ofNextRun(Path log) {
    try {
      return new Tape(log, Files.exists(log) ? Files.size(log) : 0);
    } catch (IOException e) {
      return new Tape(log, 0);
    }
  }

  /** All output behind the run's first {@code skip} bytes, following it to its end. */
  LogReader behind(long skip, Bell bell) throws IOException {
    var reader = new CriLog(log, LogOptions.ALL, bell, start);
    return new LogReader() {
      private long left = skip;

      @Override
      public Optional<Entry> next() {
        for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
          byte[] bytes = entry.get().bytes();
          if (left >= bytes.length) {
            left -= bytes.length;
            continue;
          }
          int from = (int) left;
          left = 0;
          var rest = java.util.Arrays.copyOfRange(bytes, from, bytes.length);
          return Optional.of(
              new Entry(entry.get().stream(), entry.get().at(), rest, entry.get().startsLine()));
        }
        return Optional.empty();
      }

      @Override
      public void close() {
        reader.close();
      }
    };
  }
}
