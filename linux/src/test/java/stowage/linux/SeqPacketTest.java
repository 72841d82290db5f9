package stowage.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeqPacketTest {
  private static final Call SOCKET = Call.of("socket", 3);
  private static final Call BIND = Call.of("bind", 3);
  private static final Call LISTEN = Call.of("listen", 2);
  private static final Call ACCEPT = Call.of("accept", 3);
  private static final Call SHUTDOWN = Call.of("shutdown", 2);

  @TempDir Path dir;

  /** A listening socket {@code s} in a directory. */
  private static Fd listen(Fd directory) throws ErrnoException {
    try (var f = Frame.open()) {
      var listener = Fd.adopt((int) SOCKET.invoke(f, 1, 5, 0)); // AF_UNIX, SOCK_SEQPACKET
      var address = SeqPacket.address(f, directory.procPath() + "/s");
      if ((int) BIND.invoke(f, listener.number(), address.address(), address.byteSize()) == -1) {
        throw f.error(BIND, "s");
      }
      if ((int) LISTEN.invoke(f, listener.number(), 5) == -1) {
        throw f.error(LISTEN, "s");
      }
      return listener;
    }
  }

  private static Fd accept(Fd listener) throws ErrnoException {
    try (var f = Frame.open()) {
      int fd = (int) ACCEPT.invoke(f, listener.number(), 0, 0);
      if (fd == -1) {
        throw f.error(ACCEPT, "s");
      }
      return Fd.adopt(fd);
    }
  }

  private static ByteBuffer bytes(String text, boolean direct) {
    var bytes = text.getBytes(ISO_8859_1);
    return direct
        ? ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()
        : ByteBuffer.wrap(bytes);
  }

  private static String read(SeqPacket socket, boolean direct) throws ErrnoException {
    var buffer = direct ? ByteBuffer.allocateDirect(9000) : ByteBuffer.allocate(9000);
    int size = socket.read(buffer);
    if (size < 0) {
      return "end";
    }
    assertThat(buffer.position()).isEqualTo(size);
    return ISO_8859_1.decode(buffer.flip()).toString();
  }

  @Test
  void packetsStayApartInBothDirections() throws Exception {
    for (boolean direct : new boolean[] {true, false}) {
      var place = Path.of(dir + "/" + direct);
      Directory.mkdir(place.toString(), 0700);
      try (var d = Scratch.open(place);
          var listener = listen(d);
          var client = SeqPacket.connect(Scratch.path(place, "s"));
          var server = accept(listener)) {
        var sent = bytes("one", direct);
        client.write(sent);
        assertThat(sent.hasRemaining()).isFalse();
        client.write(bytes("two", direct));
        var got = ByteBuffer.allocate(100);
        assertThat(Io.read(server, got)).isEqualTo(3);
        assertThat(Io.read(server, got)).isEqualTo(3);

        Io.write(server, bytes("x".repeat(8193), false));
        Io.write(server, bytes("last", false));
        assertThat(read(client, direct)).hasSize(8193);
        assertThat(read(client, direct)).isEqualTo("last");

        client.shutdownWrite();
        assertThat(Io.read(server, got)).as("half closed").isEqualTo(-1);
        Io.write(server, bytes("after", false));
        assertThat(read(client, direct)).isEqualTo("after");
        try (var f = Frame.open()) {
          SHUTDOWN.invoke(f, server.number(), 2);
        }
        assertThat(read(client, direct)).isEqualTo("end");
        Scratch.fails(Errno.EPIPE, "send", () -> client.write(bytes("x", direct)));
      }
    }
  }

  @Test
  void pathsMayBeLongerThanAnAddress() throws Exception {
    var deep = dir.toString();
    for (int i = 0; i < 3; i++) {
      deep += "/" + "d".repeat(100);
      Directory.mkdir(deep, 0700);
    }
    try (var d = Scratch.open(Path.of(deep));
        var listener = listen(d);
        var client = SeqPacket.connect(deep + "/s");
        var server = accept(listener)) {
      client.write(bytes("hello", true));
      assertThat(Io.read(server, ByteBuffer.allocate(10))).isEqualTo(5);
    }
    var missing = deep + "/" + "n".repeat(200);
    assertThat(Scratch.fails(Errno.ENAMETOOLONG, "connect", () -> SeqPacket.connect(missing)))
        .hasMessageContaining(missing);
  }

  @Test
  void aMissingSocketIsToldSo() {
    Scratch.fails(
        Errno.ENOENT, "connect", () -> SeqPacket.connect(Scratch.path(dir, "none")));
  }

  @Test
  void closingWakesAReader() throws Exception {
    try (var d = Scratch.open(dir);
        var listener = listen(d)) {
      for (int i = 0; i < 50; i++) {
        var client = SeqPacket.connect(Scratch.path(dir, "s"));
        try (var server = accept(listener)) {
          var reader = new FutureTask<>(() -> read(client, true));
          var thread = Thread.ofPlatform().start(reader);
          if (i % 2 == 0) {
            client.write(bytes("x", true));
            Io.write(server, bytes("y", true));
            assertThat(reader.get()).isEqualTo("y");
          }
          client.close();
          client.close();
          thread.join();
          assertThat(i % 2 == 0 ? "end" : reader.get()).isEqualTo("end");
          assertThat(read(client, false)).isEqualTo("end");
          assertThatThrownBy(() -> client.write(bytes("x", true)))
              .hasMessageContaining("EPIPE");
        }
      }
    }
  }
}
