package stowage.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stowage.base.Time;

/** Requests of the stock aws CLI 2.9, as they came over the wire, signed with {@link #KEYS}. */
final class Recorded {
  static final Credentials KEYS = new Credentials("AKIAEXAMPLE", "secret");

  private Recorded() {}

  /** The names of all, sorted. */
  static List<String> names() throws IOException {
    try (var files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  static Incoming read(String name) throws IOException {
    String text = Files.readString(folder().resolve(name));
    int end = text.indexOf("\n\n");
    String[] lines = text.substring(0, end).split("\n");
    String[] first = lines[0].split(" ");
    var headers = new LinkedHashMap<String, List<String>>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers
          .computeIfAbsent(
              lines[i].substring(0, colon).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(lines[i].substring(colon + 1).strip());
    }
    int question = first[1].indexOf('?');
    return new Incoming(
        first[0],
        question < 0 ? first[1] : first[1].substring(0, question),
        question < 0 ? "" : first[1].substring(question + 1),
        headers,
        text.substring(end + 2).getBytes(UTF_8));
  }

  /** The moment {@code request} was made. */
  static Instant moment(Incoming request) {
    return new Signature(
            "",
            request.header("x-amz-date").orElseThrow().substring(0, 8),
            "",
            "",
            request.header("x-amz-date").orElseThrow(),
            List.of("host"),
            "0".repeat(64),
            java.util.Optional.empty())
        .instant();
  }

  static Time at(Instant moment) {
    return new Time() {
      @Override
      public Instant now() {
        return moment;
      }

      @Override
      public long nanos() {
        return 0;
      }
    };
  }

  static Incoming with(Incoming request, String header, String value) {
    Map<String, List<String>> headers = new LinkedHashMap<>(request.headers());
    headers.put(header, List.of(value));
    return new Incoming(request.method(), request.path(), request.query(), headers, request.body());
  }

  private static Path folder() {
    try {
      return Path.of(Recorded.class.getResource("requests").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
