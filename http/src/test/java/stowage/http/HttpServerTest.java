package stowage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpServerTest {
  @TempDir Path folder;

  private final CountDownLatch gone = new CountDownLatch(1);
  private final CountDownLatch watching = new CountDownLatch(1);
  private Path socket;
  private HttpServer server;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    socket = folder.resolve("s.sock");
    server = new HttpServer(this::answer, (status, reason) -> "{\"message\":\"" + reason + "\"}");
    server.listen(new Listener.Unix(socket, "no-such-group", 0660));
    server.listen(new Listener.Loopback("127.0.0.1", 0));
    server.start();
    client = HttpClient.unix(socket);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void answer(Request request, Response response) throws IOException {
    switch (request.path()) {
      case "/echo" -> request.body().transferTo(response.body());
      case "/small" -> response.send(request.body(10));
      case "/wait" -> {
        response.body().flush();
        var end = new CountDownLatch(1);
        request.onClientGone(end::countDown);
        request.onClientGone(gone::countDown);
        watching.countDown();
        await(end);
      }
      case "/brief" -> {
        request.onClientGone(gone::countDown);
        response.send("brief".getBytes(UTF_8));
      }
      case "/upgrade" -> {
        byte[] body = request.body(100);
        try (var raw = response.upgrade("application/vnd.docker.raw-stream")) {
          raw.output().write(body);
          raw.input().transferTo(raw.output());
          raw.output().write("bye".getBytes(UTF_8));
          raw.closeOutput();
        }
      }
      case "/fail" -> throw new IllegalStateException("a bug");
      case "/cut" -> {
        response.body().write(new byte[100]);
        response.body().flush();
        throw new IOException("cannot go on");
      }
      default -> response.send((request.path() + " " + request.query()).getBytes(UTF_8));
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void pathsReachTheHandlerAsSentAndDecodedOnce() throws IOException {
    assertThat(get("/images/a%2Fb/../c//d%252F.json?x=1&y=a%20b+c&x=2"))
        .isEqualTo("/images/a/b/../c//d%2F.json {x=[1, 2], y=[a b c]}");
    assertThat(get("/%C3%A4/x")).startsWith("/ä/x ");
    assertThat(status(client, HttpCall.get("/a%00b"))).isEqualTo(400);
    assertThat(status(client, HttpCall.get("/%zz"))).isEqualTo(400);
  }

  @Test
  void bodiesStreamBothWays() throws IOException {
    var bytes = new byte[3_000_000];
    new Random(7).nextBytes(bytes);
    var streamed = new HttpCall.Streamed(new ByteArrayInputStream(bytes));
    for (var body : new HttpCall.Body[] {streamed, new HttpCall.Bytes(bytes)}) {
      try (var reply = client.send(HttpCall.of("POST", "/echo").with(body))) {
        assertThat(reply.header("transfer-encoding")).hasValue("chunked");
        assertThat(reply.bytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void aBodyOverTheLimitIsRefusedWithTheReason() throws IOException {
    var large = HttpCall.of("POST", "/small").with(new HttpCall.Bytes(new byte[11]));
    var chunked = large.with(new HttpCall.Streamed(new ByteArrayInputStream(new byte[11])));
    for (var call : new HttpCall[] {large, chunked}) {
      try (var reply = client.send(call)) {
        assertThat(reply.status()).isEqualTo(413);
        assertThat(new String(reply.bytes(), UTF_8)).contains("larger than 10 bytes");
      }
    }
  }

  @Test
  void theUpgradeIsByteExactOnAKeptAliveConnectionAndAfterABody() throws IOException {
    try (var channel = connect()) {
      send(channel, "GET /brief HTTP/1.1\r\nHost: d\r\n\r\n");
      readUntil(channel, "brief");
      send(
          channel,
          "POST /upgrade HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n"
              + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\nab-early");
      send(channel, "-late");
      channel.shutdownOutput();
      assertThat(new String(Channels.newInputStream(channel).readAllBytes(), ISO_8859_1))
          .isEqualTo(
              "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
                  + "Upgrade: tcp\r\nConnection: Upgrade\r\n\r\nab-early-latebye");
    }
  }

  @Test
  void ourClientUpgradesToo() throws IOException {
    var bytes = new byte[1_000_000];
    new Random(8).nextBytes(bytes);
    try (var reply = client.upgrade(HttpCall.of("POST", "/upgrade"))) {
      var raw = reply.upgraded();
      var writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      raw.output().write(bytes);
                      raw.closeOutput();
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  });
      var got = raw.input().readAllBytes();
      assertThat(got).hasSize(bytes.length + 3).startsWith(bytes).endsWith('b', 'y', 'e');
      assertThat(writer.isAlive()).isFalse();
    }
  }

  @Test
  void aClientThatGoesAwayIsNoticed() throws Exception {
    var channel = connect();
    send(channel, "POST /wait HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n");
    readUntil(channel, "\r\n\r\n");
    channel.close();
    gone.await();
  }

  @Test
  void aPipelinedRequestIsAnsweredAfterAWatchedOne() throws Exception {
    try (var channel = connect()) {
      for (int i = 0; i < 50; i++) {
        send(channel, "GET /brief HTTP/1.1\r\nHost: d\r\n\r\nGET /echo HTTP/1.1\r\n");
        send(channel, "Host: d\r\nContent-Length: 3\r\n\r\nend");
        readUntil(channel, "brief");
        readUntil(channel, "end");
      }
      assertThat(gone.getCount()).isOne();
    }
  }

  @Test
  void stoppingEndsAnswersThatLast() throws Exception {
    try (var reply = client.send(HttpCall.get("/wait"))) {
      watching.await();
      server.stop(java.time.Duration.ofMinutes(1));
      assertThat(reply.bytes()).isEmpty();
      assertThat(socket).doesNotExist();
    }
  }

  @Test
  void aBugIsAnsweredAndABrokenAnswerIsCut() throws IOException {
    try (var reply = client.send(HttpCall.get("/fail"))) {
      assertThat(reply.status()).isEqualTo(500);
      assertThat(new String(reply.bytes(), UTF_8)).isEqualTo("{\"message\":\"a bug\"}");
    }
    try (var reply = client.send(HttpCall.get("/cut"))) {
      assertThat(reply.ok()).isTrue();
      org.junit.jupiter.api.Assertions.assertThrows(IOException.class, reply::bytes);
    }
  }

  @Test
  void malformedRequestsAreRefusedWithTheReason() throws IOException {
    assertThat(raw("NONSENSE\r\n\r\n")).startsWith("HTTP/1.1 400 ").contains("\"message\"");
    assertThat(raw("GET / HTTP/1.1\r\nHost: d\r\nX: " + "x".repeat(70_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ")
        .contains("\"message\"");
    assertThat(raw("POST / HTTP/1.1\r\nHost: d\r\nContent-Length: -5\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(
            raw(
                "POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void onTcpWebPagesAreRefused() throws IOException {
    var tcp = HttpClient.tcp("127.0.0.1", server.addresses().getFirst().getPort());
    assertThat(status(tcp, HttpCall.get("/"))).isEqualTo(200);
    var origin = HttpCall.get("/").with("Origin", "http://evil.example");
    assertThat(status(tcp, origin)).isEqualTo(403);
    var channel = SocketChannel.open(server.addresses().getFirst());
    send(channel, "GET / HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n");
    assertThat(new String(Channels.newInputStream(channel).readAllBytes(), UTF_8))
        .startsWith("HTTP/1.1 403 ")
        .contains("evil.example");
  }

  @Test
  void manyClientsAtOnceHoldNobodyUp() throws Exception {
    var lasting = new java.util.ArrayList<HttpReply>();
    for (int i = 0; i < 100; i++) {
      lasting.add(client.send(HttpCall.get("/wait")));
    }
    var bytes = new byte[100_000];
    new Random(9).nextBytes(bytes);
    try (var clients = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new java.util.ArrayList<java.util.concurrent.Future<byte[]>>();
      for (int i = 0; i < 200; i++) {
        var call = HttpCall.of("POST", "/echo").with(new HttpCall.Bytes(bytes));
        answers.add(
            clients.submit(
                () -> {
                  try (var reply = client.send(call)) {
                    return reply.bytes();
                  }
                }));
      }
      for (var answer : answers) {
        assertThat(answer.get()).isEqualTo(bytes);
      }
    }
    lasting.forEach(HttpReply::close);
  }

  @Test
  void anAnswerBeforeTheBodyIsReadReachesAClientThatStillSends() throws IOException {
    var call = HttpCall.of("POST", "/fail").with(new HttpCall.Bytes(new byte[5_000_000]));
    try (var reply = client.send(call)) {
      assertThat(new String(reply.bytes(), UTF_8)).contains("a bug");
    }
  }

  @Test
  void theSocketIsForItsGroup() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw----");
  }

  @Test
  void onlyLoopbackIsPlain() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> server.listen(new Listener.Loopback("0.0.0.0", 0)))
        .hasMessageContaining("loopback");
  }

  @Test
  void expectContinueIsAnswered() throws IOException {
    try (var channel = connect()) {
      send(
          channel,
          "POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\n"
              + "Expect: 100-continue\r\nConnection: close\r\n\r\n");
      readUntil(channel, "HTTP/1.1 100 Continue\r\n\r\n");
      send(channel, "abc");
      readUntil(channel, "abc");
    }
  }

  private int status(HttpClient from, HttpCall call) throws IOException {
    try (var reply = from.send(call)) {
      return reply.status();
    }
  }

  private String get(String target) throws IOException {
    try (var reply = client.send(HttpCall.get(target))) {
      return new String(reply.bytes(), UTF_8);
    }
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  private String raw(String request) throws IOException {
    try (var channel = connect()) {
      send(channel, request);
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    var bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String readUntil(SocketChannel channel, String end) throws IOException {
    var text = new ByteArrayOutputStream();
    var one = ByteBuffer.allocate(1);
    while (!text.toString(ISO_8859_1).endsWith(end)) {
      if (channel.read(one.clear()) < 0) {
        throw new IOException("closed after: " + text.toString(ISO_8859_1));
      }
      text.write(one.get(0));
    }
    return text.toString(ISO_8859_1);
  }
}
