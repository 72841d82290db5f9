package stowage.cli;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.Json;
import stowage.base.JsonObject;

/**
 * The progress of a pull, push or load: one line a layer, with a bar, redrawn in place on a
 * terminal; elsewhere one line for each thing that ends.
 */
final class ProgressView {
  private static final int BAR_WIDTH = 30;

  private final Output out;
  private final Map<String, String> lines = new LinkedHashMap<>();
  private final List<String> streamed = new ArrayList<>();

  ProgressView(Output out) {
    this.out = out;
  }

  /**
   * Shows what comes until the end.
   *
   * @throws CliException with the engine's message if it tells an error
   */
  void show(InputStream body) throws IOException {
    var in = new PushbackInputStream(body);
    for (var message = next(in); message != null; message = next(in)) {
      tell(message);
    }
  }

  private void tell(JsonObject message) {
    if (message.has("error")) {
      throw new CliException(1, message.string("error", ""));
    }
    message.string("stream").ifPresent(this::stream);
    message.string("status").ifPresent(status -> status(message, status));
  }

  /** What the engine said in plain lines, such as "Loaded image: x". */
  List<String> streamed() {
    return streamed;
  }

  private void stream(String text) {
    streamed.add(text.strip());
    out.line(text.stripTrailing());
  }

  private void status(JsonObject message, String status) {
    var id = message.string("id", "");
    if (id.isEmpty()) {
      out.line(status);
      return;
    }
    var detail = message.object("progressDetail").orElse(JsonObject.of(Map.of(), ""));
    var text = id + ": " + status;
    if (!out.terminal()) {
      if (!detail.has("current") && !text.equals(lines.put(id, text))) {
        out.line(text);
      }
      return;
    }
    if (detail.has("current")) {
      long current = detail.number("current", 0);
      long total = detail.number("total", 0);
      text += " " + Text.bar(current, total, BAR_WIDTH) + " " + Text.size(current);
      text += total > 0 ? "/" + Text.size(total) : "";
    }
    draw(id, text);
  }

  private void draw(String id, String text) {
    var keys = new ArrayList<>(lines.keySet());
    int row = keys.indexOf(id);
    var to = out.stdout();
    if (row < 0) {
      to.println(text);
    } else {
      int up = keys.size() - row;
      to.print("\033[" + up + "A\r\033[2K" + text + "\033[" + up + "B\r");
    }
    to.flush();
    lines.put(id, text);
  }

  /** The next JSON object of a stream of them; null at the end. */
  private static JsonObject next(PushbackInputStream in) throws IOException {
    int b = in.read();
    while (b == '\r' || b == '\n' || b == ' ') {
      b = in.read();
    }
    if (b < 0) {
      return null;
    }
    in.unread(b);
    return Json.object(oneObject(in), "progress");
  }

  private static byte[] oneObject(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream();
    int depth = 0;
    boolean inString = false;
    boolean escaped = false;
    do {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the engine's answer ends in the middle");
      }
      bytes.write(b);
      if (escaped) {
        escaped = false;
      } else if (inString) {
        escaped = b == '\\';
        inString = b != '"';
      } else if (b == '"') {
        inString = true;
      } else if (b == '{') {
        depth++;
      } else if (b == '}') {
        depth--;
      }
    } while (depth > 0);
    return bytes.toByteArray();
  }
}
