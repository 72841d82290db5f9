package stowage.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A unix socket in front of another that passes bytes both ways, half-closes included, and notes
 * the HTTP requests and the status each got.
 */
final class Tap implements AutoCloseable {
  private static final Pattern REQUEST =
      Pattern.compile("(GET|HEAD|POST|PUT|DELETE) (/\\S*) HTTP/1\\.1\r\n");
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
  private static final int BUFFER = 64 << 10;
  private static final int LONGEST_LINE = 4096;

  /** A request as a flow writes it, and its status once there is one. */
  private static final class Call {
    final String request;
    String status = "?"; // guarded by the tap

    Call(String request) {
      this.request = request;
    }
  }

  private final ServerSocketChannel server;
  private final Path target;
  private final List<Call> calls = new ArrayList<>(); // guarded by this

  Tap(Path socket, Path target) throws IOException {
    this.target = target;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().start(this::accept);
  }

  /** What was asked since the last call, in the order of the requests. */
  synchronized List<String> drain() {
    var all = calls.stream().map(call -> call.request + " " + call.status).toList();
    calls.clear();
    return all;
  }

  private void accept() {
    try {
      while (true) {
        var client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      assert !server.isOpen() : closed;
    }
  }

  private void serve(SocketChannel client) {
    try (client;
        var agent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.connect(UnixDomainSocketAddress.of(target));
      var asked = new ArrayList<Call>(); // of this connection; guarded by the tap
      var back =
          Thread.ofVirtual().start(() -> pass(agent, client, STATUS, s -> answered(asked, s)));
      pass(client, agent, REQUEST, request -> asked(asked, request));
      back.join();
    } catch (IOException | InterruptedException gone) {
      assert gone.getMessage() != null;
    }
  }

  private synchronized void asked(List<Call> asked, String line) {
    var path = line.split(" ")[1].replaceFirst("\\?.*", "").replaceFirst("^/v1\\.\\d+", "");
    var request = line.split(" ")[0] + " " + path.replaceAll("[0-9a-f]{64}", "ID");
    var call = new Call(request);
    asked.add(call);
    calls.add(call);
  }

  private synchronized void answered(List<Call> asked, String line) {
    for (var call : asked) {
      if (call.status.equals("?")) {
        call.status = line.split(" ")[1];
        return;
      }
    }
  }

  private static void pass(
      SocketChannel from, SocketChannel to, Pattern line, Consumer<String> found) {
    var buffer = ByteBuffer.allocate(BUFFER);
    var tail = "";
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        var text = tail + ISO_8859_1.decode(buffer.duplicate());
        var lines = line.matcher(text);
        int end = 0;
        while (lines.find()) {
          found.accept(lines.group());
          end = lines.end();
        }
        tail = text.substring(Math.max(end, text.length() - LONGEST_LINE));
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException gone) {
      close(from);
      close(to);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException already) {
      assert !channel.isOpen();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
