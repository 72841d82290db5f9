package stowage.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import stowage.base.Json;
import stowage.http.HttpCall;
import stowage.http.RawStream;

/** A container whose streams are this process's, until it ends. */
final class Foreground {
  private static final int RESIZE_POLL_MILLIS = 500;

  /** Starts the container, once its streams are joined. */
  interface Start {
    void run() throws IOException;
  }

  private final Call call;
  private final String id;
  private final boolean tty;
  private final boolean stdin;

  Foreground(Call call, String id) {
    this(call, id, call.flag("tty"), call.flag("interactive"));
  }

  Foreground(Call call, String id, boolean tty, boolean stdin) {
    this.call = call;
    this.id = id;
    this.tty = tty;
    this.stdin = stdin;
  }

  /** Joins the streams, starts, and answers the container's exit status. */
  int run(Start start) throws IOException, InterruptedException {
    var engine = call.engine();
    var attach =
        Engine.target(
            "/containers/" + id + "/attach",
            "stream",
            "1",
            "stdout",
            "1",
            "stderr",
            "1",
            "stdin",
            stdin ? "1" : "");
    try (var streams = engine.upgrade(HttpCall.of("POST", attach));
        var waiting =
            engine.send(
                HttpCall.of(
                    "POST",
                    Engine.target(
                        "/containers/" + id + "/wait",
                        "condition",
                        call.flag("rm") ? "removed" : "next-exit")))) {
      var ended =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return Json.object(waiting.bytes(), "wait");
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              task -> Thread.ofVirtual().start(task));
      var forward = forwardSignals(ended);
      start.run();
      converse(call, streams.upgraded(), tty, stdin, "/containers/" + id + "/resize");
      var status = ended.get();
      forward.set(false);
      var error = status.object("Error").flatMap(e -> e.string("Message"));
      if (error.isPresent() && !error.get().isEmpty()) {
        throw new CliException(125, error.get());
      }
      return (int) status.number("StatusCode", 0);
    } catch (ExecutionException e) {
      throw new IOException("the agent went away while the container ran", e);
    }
  }

  /** Ctrl-C and kill go to the container; this process ends when it has. */
  private AtomicBoolean forwardSignals(CompletableFuture<?> ended) {
    var running = new AtomicBoolean(true);
    var signal = Terminal.isInputTerminal() ? "INT" : "TERM";
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (running.get()) {
                    try {
                      call.engine()
                          .send(
                              "POST",
                              Engine.target("/containers/" + id + "/kill", "signal", signal));
                      ended.join();
                    } catch (IOException | Engine.EngineException e) {
                      call.out().note("stowage: the signal was not forwarded: " + e.getMessage());
                    }
                  }
                }));
    return running;
  }

  /** Copies both ways until the other side has nothing more to say. */
  static void converse(Call call, RawStream raw, boolean tty, boolean stdin, String resize)
      throws IOException, InterruptedException {
    boolean terminal = tty && Terminal.isInputTerminal();
    try (Terminal _ = terminal ? Terminal.raw() : null) {
      if (terminal) {
        Thread.ofPlatform().daemon().start(() -> followSize(call, resize));
      }
      if (stdin) {
        Thread.ofPlatform().daemon().start(() -> send(raw));
      }
      Streams.copy(raw.input(), tty, call.out());
    }
  }

  private static void send(RawStream raw) {
    try {
      Streams.pass(System.in, raw.output());
      raw.closeOutput();
    } catch (IOException gone) {
      // The container ended, or closed its input: what it prints is still read.
      Thread.currentThread().interrupt();
    }
  }

  private static void followSize(Call call, String resize) {
    var last = Optional.<Terminal.Size>empty();
    try {
      while (true) {
        var now = Terminal.size();
        if (now.isPresent() && !now.equals(last)) {
          last = now;
          call.engine()
              .send(
                  "POST",
                  Engine.target(resize, "h", "" + now.get().rows(), "w", "" + now.get().columns()));
        }
        Thread.sleep(RESIZE_POLL_MILLIS);
      }
    } catch (Engine.EngineException | IOException ended) {
      Thread.currentThread().interrupt(); // nothing left to resize
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
