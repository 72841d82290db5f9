package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriLogTest {
  @TempDir Path base;

  private String read(Path log, LogOptions options) throws IOException {
    var text = new StringBuilder();
    try (var reader = new CriLog(log, options, Bell.silent())) {
      for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        text.append(new String(entry.get().bytes(), StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }

  private static LogOptions tail(long lines) {
    return new LogOptions(true, true, false, Optional.empty(), Optional.empty(), lines);
  }

  @Test
  void theLastLinesAreThoseANaiveReaderFinds() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    var random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      var lines = new ArrayList<String>();
      var file = new StringBuilder();
      int count = random.nextInt(40);
      for (int i = 0; i < count; i++) {
        var line = new StringBuilder();
        int pieces = 1 + random.nextInt(3);
        for (int p = 0; p < pieces; p++) {
          String piece = "x".repeat(random.nextInt(random.nextBoolean() ? 40 : 9000)) + i + " F P ";
          file.append("2026-11-23T06:39:27.146318694+00:00 stdout ");
          file.append(p == pieces - 1 ? "F " : "P ").append(piece).append('\n');
          line.append(piece);
        }
        lines.add(line + "\n");
      }
      Path log = base.resolve("log" + round);
      Files.writeString(log, file);
      for (int wanted : new int[] {0, 1, 2, 7, 39, 100}) {
        var last = lines.subList(Math.max(0, lines.size() - wanted), lines.size());
        assertThat(read(log, tail(wanted)))
            .as("seed %d round %d tail %d", seed, round, wanted)
            .isEqualTo(String.join("", last));
      }
    }
  }

  @Test
  void momentsStreamsAndNonsenseAreToldApart() throws IOException {
    Path log = base.resolve("log");
    Files.writeString(
        log,
        """
        2026-01-01T00:00:01.000000000+00:00 stdout F one
        not a line of a log
        2026-01-01T02:00:02.000000000+02:00 stderr P tw
        2026-01-01T00:00:02.500000000Z stderr F o
        2026-01-01T00:00:03.000000000+00:00 stdout F three
        9999-99-99T00:00:03.000000000+00:00 stdout F never
        2026-01-01T00:00:04.000000000+00:00 stdout F half a line\
        """);
    assertThat(read(log, LogOptions.ALL)).isEqualTo("one\ntwo\nthree\n");
    var since = Optional.of(Instant.parse("2026-01-01T00:00:02Z"));
    var until = Optional.of(Instant.parse("2026-01-01T00:00:02.600Z"));
    assertThat(read(log, new LogOptions(true, true, false, since, until, -1))).isEqualTo("two\n");
    assertThat(
            read(log, new LogOptions(true, false, false, Optional.empty(), Optional.empty(), -1)))
        .isEqualTo("one\nthree\n");
    var starts = new ArrayList<Boolean>();
    try (var reader = new CriLog(log, LogOptions.ALL, Bell.silent())) {
      for (var e = reader.next(); e.isPresent(); e = reader.next()) {
        starts.add(e.get().startsLine());
      }
    }
    assertThat(starts).isEqualTo(List.of(true, true, false, true));
  }
}
