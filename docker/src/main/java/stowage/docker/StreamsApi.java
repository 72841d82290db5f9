package stowage.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import stowage.base.StowageException.InvalidArgument;
import stowage.container.Attachment;
import stowage.container.Container;
import stowage.container.LogOptions;
import stowage.container.LogReader;
import stowage.http.Router;

/** A container's streams: attach and logs. */
final class StreamsApi {
  /** What stands for the labels and variables a log driver may add; none can be asked for. */
  private static final byte[] NO_DETAILS = {' '};

  private final Engine engine;

  StreamsApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("POST", "/containers/(?<id>[^/]+)/attach", this::attach)
        .add("GET", "/containers/(?<id>[^/]+)/logs", this::logs);
  }

  private void attach(Call call) throws IOException {
    var options =
        new Attachment.Options(
            call.flag("stdin"),
            call.flag("stdout"),
            call.flag("stderr"),
            call.flag("logs"),
            call.flag("stream"));
    var keys = new DetachKeys(call.query("detachKeys"));
    try (var attachment = engine.containers().attach(call.path("id"), options)) {
      boolean tty = attachment.tty();
      String type = Frames.contentType(tty, call.version());
      if (call.request().header("Upgrade").isEmpty()) {
        output(call, attachment, type);
        return;
      }
      try (var client = call.response().upgrade(type)) {
        var pump = new Pump(client, attachment);
        call.request().onClientGone(pump::letGo);
        pump.run(options.stdin(), tty ? Optional.of(keys) : Optional.empty());
      }
    }
  }

  /** For a client that does not ask for the connection: only output, as an ordinary answer. */
  private static void output(Call call, Attachment attachment, String type) throws IOException {
    var out = call.stream(type);
    out.flush();
    call.request().onClientGone(attachment::close);
    var frames = new Frames(attachment.tty(), out);
    for (var frame = attachment.read(); frame.isPresent(); frame = attachment.read()) {
      frames.write(frame.get().stream(), frame.get().bytes());
      out.flush();
    }
  }

  private void logs(Call call) throws IOException {
    if (!call.flag("stdout") && !call.flag("stderr")) {
      throw new InvalidArgument("Bad parameters: you must choose at least one stream");
    }
    Container container = engine.containers().require(call.path("id"));
    boolean tty = container.spec().streams().tty();
    boolean follow = call.flag("follow");
    try (var log = engine.containers().logs(container.id(), options(call, follow))) {
      var out = call.stream(Frames.contentType(tty, call.version()));
      out.flush();
      if (follow) {
        call.request().onClientGone(log::close);
      }
      var frames = new Frames(tty, out);
      byte[] details = call.flag("details") ? NO_DETAILS : new byte[0];
      for (var entry = log.next(); entry.isPresent(); entry = log.next()) {
        write(frames, entry.get(), call.flag("timestamps"), details);
        if (follow) {
          out.flush();
        }
      }
    }
  }

  private static void write(
      Frames frames, LogReader.Entry entry, boolean timestamps, byte[] details)
      throws IOException {
    byte[] stamp =
        timestamps && entry.startsLine()
            ? (Times.rfc3339Nano(entry.at()) + " ").getBytes(StandardCharsets.US_ASCII)
            : new byte[0];
    byte[] before = entry.startsLine() ? details : new byte[0];
    frames.write(entry.stream(), stamp, before, entry.bytes());
  }

  private static LogOptions options(Call call, boolean follow) {
    String tail = call.query("tail");
    long lines = tail.matches("\\d{1,18}") ? Long.parseLong(tail) : -1;
    return new LogOptions(
        call.flag("stdout"),
        call.flag("stderr"),
        follow,
        call.instant("since").filter(at -> at.isAfter(Instant.EPOCH)),
        call.instant("until").filter(at -> at.isAfter(Instant.EPOCH)),
        lines);
  }
}
