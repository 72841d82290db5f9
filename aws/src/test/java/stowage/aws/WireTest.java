package stowage.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import stowage.base.Json;
import stowage.base.StowageException.Unavailable;
import stowage.base.Time;
import stowage.cloud.Region;
import stowage.http.HttpServer;
import stowage.http.Listener;

/**
 * What is refused before any region is asked. The region here is down: a request that gets that far
 * is told so, which shows that it was let through.
 */
class WireTest {
  private static final String DOWN = "the region's records are away";
  private static final String EC2 = "&Version=2016-11-15";

  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;
  private URI base;

  private static Region down() {
    throw new Unavailable(DOWN, null);
  }

  @BeforeEach
  void start() throws IOException {
    var api = new AwsApi(WireTest::down, List.of(), Time.SYSTEM);
    server = new HttpServer(api, AwsApi::refusal).listen(new Listener.Loopback("127.0.0.1", 0));
    server.start();
    base = URI.create("http://127.0.0.1:" + server.addresses().getFirst().getPort());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void everyRecordedRequestIsUnderstood() throws IOException {
    var signed =
        new AwsApi(
            WireTest::down,
            List.of(Recorded.KEYS),
            Recorded.at(Instant.parse("2026-11-23T03:06:00Z")));
    for (String name : Recorded.names()) {
      Incoming request = Recorded.read(name);
      // The recording leaves a block's bytes out; they are not signed.
      byte[] body = request.method().equals("PUT") ? new byte[EbsApi.BLOCK_SIZE] : request.body();
      Answer answer =
          signed.answer(
              new Incoming(
                  request.method(), request.path(), request.query(), request.headers(), body),
              "id");
      assertThat(new String(answer.body(), UTF_8)).as(name).contains(DOWN);
      assertThat(answer.status()).as(name).isEqualTo(EbsApi.wants(request) ? 500 : 503);
    }
  }

  @Test
  void aRecordedRequestAlteredOrOldIsRefusedInTheWordsOfItsApi() throws IOException {
    var late =
        new AwsApi(
            WireTest::down,
            List.of(Recorded.KEYS),
            Recorded.at(Instant.parse("2026-11-23T04:00:00Z")));
    var ec2 = Recorded.read("017-DeleteVolume.txt");
    var ebs = Recorded.read("021-GET_snapshots_snap-0123456789abcdef0_blocks.txt");
    assertThat(text(late.answer(ec2, "id"))).contains("<Code>InvalidSecurity.RequestHasExpired<");
    assertThat(late.answer(ebs, "id").headers())
        .containsEntry("x-amzn-ErrorType", "InvalidSignatureException");
    var now =
        new AwsApi(
            WireTest::down,
            List.of(Recorded.KEYS),
            Recorded.at(Instant.parse("2026-11-23T03:06:33Z")));
    var other = Recorded.with(ec2, "host", "127.0.0.1:1");
    assertThat(now.answer(other, "id").status()).isEqualTo(403);
    assertThat(text(now.answer(other, "id"))).contains("<Code>SignatureDoesNotMatch<");
    var unsigned = new Incoming("GET", "/", "Action=DescribeVolumes" + EC2, Map.of(), new byte[0]);
    assertThat(now.answer(unsigned, "id").status()).isEqualTo(401);
    var block = new Incoming("GET", "/snapshots/snap-1/blocks", "", Map.of(), new byte[0]);
    assertThat(now.answer(block, "id").status()).isEqualTo(403);
  }

  @Test
  void getAndPostAreAlike() throws Exception {
    String action = "Action=DescribeVolumes" + EC2;
    refused(post(action), 503, "Unavailable", DOWN);
    refused(get("/?" + action), 503, "Unavailable", DOWN);
    refused(send("PUT", "/", action.getBytes(UTF_8)), 405, "InvalidHttpRequest", "GET");
    refused(get("/x?" + action), 404, "InvalidRequest", "/");
  }

  @Test
  void malformedRequestsAreRefusedWithTheirReason() throws Exception {
    refused(post(""), 400, "MissingAction", "Action");
    refused(post("Action=Nonsense" + EC2), 400, "InvalidAction", "Nonsense");
    refused(post("Action=DescribeVolumes"), 400, "MissingParameter", "Version");
    refused(post("Action=DescribeVolumes&Version=2006-01-01"), 400, "NoSuchVersion", "");
    refused(post("Action=%zz" + EC2), 400, "MalformedQueryString", "escape");
    refused(post("Action=%ff%fe" + EC2), 400, "MalformedQueryString", "UTF-8");
    refused(volume("Size=1&Size=2"), 400, "MalformedQueryString", "more than once");
    refused(volume("Size=NaN"), 400, "InvalidParameterValue", "Value (NaN) for parameter size");
    refused(volume("Size=1e3"), 400, "InvalidParameterValue", "whole number");
    refused(volume("Size=" + "9".repeat(40)), 400, "InvalidParameterValue", "whole number");
    refused(volume("Encrypted=maybe"), 400, "InvalidParameterValue", "true or false");
    refused(volume("SnapshotId=%00"), 400, "InvalidParameterValue", "XML");
    refused(volume("OutpostArn=arn"), 400, "UnsupportedOperation", "outpostArn");
    refused(volume("Sise=1"), 400, "UnknownParameter", "Sise");
    refused(volume("..%2F..%2Fetc=1"), 400, "UnknownParameter", "../");
    refused(volume("Size.1=1"), 400, "UnknownParameter", "Size.1");
    refused(volume("Filter.1.Name=a"), 400, "UnknownParameter", "Filter");
    refused(post("Action=DeleteVolume" + EC2), 400, "MissingParameter", "volumeId");
    refused(post("Action=CreateTags" + EC2), 400, "MissingParameter", "resourceId");
    refused(post("Action=LockSnapshot&x=1" + EC2), 400, "UnsupportedOperation", "LockSnapshot");
    String tag = "TagSpecification.1.ResourceType=";
    refused(volume(tag + "snapshot"), 400, "InvalidParameterValue", "taggable");
    refused(volume(tag), 400, "MissingParameter", "resourceType");
  }

  @Test
  void floodsAreRefused() throws Exception {
    String list =
        IntStream.rangeClosed(1, 1001)
            .mapToObj(i -> "&VolumeId." + i + "=vol-0123456789abcdef0")
            .collect(Collectors.joining());
    refused(post("Action=DescribeVolumes" + EC2 + list), 400, "InvalidParameterValue", "1001");
    String far = "&VolumeId.999999999=v&Filter.1.Value.0=x";
    refused(post("Action=DescribeVolumes" + EC2 + far), 400, "InvalidParameterValue", "1 to 1000");
    String names = "&Filter.1" + ".Value.1".repeat(1000) + "=x";
    refused(post("Action=DescribeVolumes" + EC2 + names), 400, "UnknownParameter", "Filter");
    refused(post("a=&".repeat(20_000)), 400, "MalformedQueryString", "10000");
    refused(volume("KmsKeyId=" + "A".repeat(100_000)), 400, "InvalidParameterValue", "longer");
    refused(post("x".repeat(AwsApi.BODY_BYTES_MAX + 1)), 413, "RequestEntityTooLarge", "larger");
    var put = send("PUT", "/snapshots/snap-1/blocks/0", new byte[AwsApi.BODY_BYTES_MAX + 1]);
    assertThat(put.statusCode()).isEqualTo(413);
  }

  @Test
  void xmlInTheBodyIsNoXmlToUs() throws Exception {
    String bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
    var answer = post(bomb);
    refused(answer, 400, "MissingAction", "Action");
    assertThat(answer.body()).doesNotContain("root:");
    refused(post("Action=%3C%21DOCTYPE%3E%26x%3B" + EC2), 400, "InvalidAction", "<!DOCTYPE>&x;");
  }

  @Test
  void blockRequestsAreRefusedWithTheirReason() throws Exception {
    String of = "/snapshots/snap-0123456789abcdef0";
    direct(get(of + "/blocks/0?blockToken=%2A"), 400, "ValidationException", "INVALID_BLOCK_TOKEN");
    direct(get(of + "/blocks/0"), 400, "ValidationException", "INVALID_BLOCK_TOKEN");
    direct(
        get(of + "/blocks/0?blockToken=" + "A".repeat(10_000)),
        400,
        "ValidationException",
        "INVALID_BLOCK_TOKEN");
    direct(get(of + "/blocks/-1?blockToken=AA"), 400, "ValidationException", "INVALID_BLOCK");
    direct(get(of + "/blocks/NaN?blockToken=AA"), 400, "ValidationException", "INVALID_BLOCK");
    direct(get(of + "/blocks?maxResults=x"), 400, "ValidationException", "INVALID_PARAMETER_VALUE");
    direct(get(of + "/blocks?pageToken=%01"), 400, "ValidationException", "INVALID_PAGE_TOKEN");
    direct(get(of + "/blocks?x=%ff"), 400, "ValidationException", "INVALID_PARAMETER_VALUE");
    direct(get("/snapshots/../etc/passwd"), 404, "UnknownOperationException", "");
    direct(
        send("PUT", of + "/blocks/0", new byte[7]),
        400,
        "ValidationException",
        "INVALID_PARAMETER_VALUE");
    for (String body :
        List.of(
            "",
            "[]",
            "{",
            "{\"VolumeSize\":NaN}",
            "{\"VolumeSize\":\"1\"}",
            "<a/>",
            "{\"VolumeSize\":1,\"Timeout\":9}",
            "{\"VolumeSize\":1,\"Nonsense\":1}",
            "[".repeat(100_000))) {
      direct(
          send("POST", "/snapshots", body.getBytes(UTF_8)),
          400,
          "ValidationException",
          "INVALID_PARAMETER_VALUE");
    }
    direct(
        send("POST", "/snapshots", "{}".getBytes(UTF_8)),
        400,
        "ValidationException",
        "INVALID_VOLUME_SIZE");
  }

  private HttpResponse<String> volume(String parameters) throws Exception {
    return post("Action=CreateVolume" + EC2 + "&" + parameters);
  }

  private HttpResponse<String> post(String form) throws Exception {
    return send("POST", "/", form.getBytes(UTF_8));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, new byte[0]);
  }

  private HttpResponse<String> send(String method, String path, byte[] body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .method(method, BodyPublishers.ofByteArray(body));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void refused(
      HttpResponse<String> answer, int status, String code, String inMessage) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(answer.body().getBytes(UTF_8)));
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("Response");
    assertThat(document.getElementsByTagName("Code").item(0).getTextContent()).isEqualTo(code);
    assertThat(document.getElementsByTagName("Message").item(0).getTextContent())
        .contains(inMessage);
    assertThat(document.getElementsByTagName("RequestID").item(0).getTextContent()).isNotEmpty();
  }

  private static void direct(HttpResponse<String> answer, int status, String type, String reason) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("x-amzn-ErrorType")).contains(type);
    var body = Json.object(answer.body().getBytes(UTF_8), "answer");
    assertThat(body.string("Reason", "")).as(answer.body()).isEqualTo(reason);
    assertThat(body.string("Message", "")).isNotEmpty();
  }

  private static String text(Answer answer) {
    return new String(answer.body(), UTF_8);
  }
}
