package stowage.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import stowage.container.Attachment;
import stowage.http.RawStream;

/** Moves bytes between a client's connection and an attachment, each way on its own thread. */
final class Pump {
  private static final int BUFFER_SIZE = 16 << 10;

  private final RawStream client;
  private final Attachment attachment;
  private volatile boolean detached;

  Pump(RawStream client, Attachment attachment) {
    this.client = client;
    this.attachment = attachment;
  }

  /**
   * Moves until the output ends, the client is gone or its detach keys are typed.
   *
   * @param keys absent where there is no terminal
   * @return whether the output ended, rather than that the client let go
   */
  boolean run(boolean stdin, Optional<DetachKeys> keys) throws IOException {
    if (stdin) {
      Thread.ofVirtual().name("stdin").start(() -> input(keys));
    }
    var frames = new Frames(attachment.tty(), client.output());
    for (var frame = attachment.read(); frame.isPresent(); frame = attachment.read()) {
      frames.write(frame.get().stream(), frame.get().bytes());
    }
    return !detached;
  }

  /** The client's half-close is the end of the program's input, and of nothing else. */
  private void input(Optional<DetachKeys> keys) {
    var buffer = new byte[BUFFER_SIZE];
    try {
      var in = client.input();
      try (var stdin = attachment.stdin()) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (keys.isEmpty()) {
            stdin.write(buffer, 0, n);
            stdin.flush();
            continue;
          }
          byte[] typed = keys.get().filter(buffer, n);
          if (typed == null) {
            letGo();
            return;
          }
          stdin.write(typed);
          stdin.flush();
        }
      }
    } catch (IOException eitherEndGone) {
      // The program takes no more, or the client was cut: output goes on until it fails as well.
      Thread.yield();
    }
  }

  /** Ends {@link #run} though output may come: its reader sees the end and lets go. */
  void letGo() {
    detached = true;
    attachment.close();
  }

  /** Tells a failure where the client looks for output. */
  static void fail(RawStream client, boolean raw, String message) throws IOException {
    new Frames(raw, client.output())
        .write(Attachment.Stream.STDOUT, (message + "\r\n").getBytes(StandardCharsets.UTF_8));
  }
}
