package stowage.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import stowage.aws.SignatureWrong.Kind;

class SigV4Test {
  private static final Instant RECORDED = Instant.parse("2026-11-23T03:06:00Z");
  private final SigV4 verifier = new SigV4(List.of(Recorded.KEYS), Recorded.at(RECORDED));

  @Test
  void everyRecordedRequestVerifies() throws IOException {
    assertThat(Recorded.names()).hasSize(19);
    for (String name : Recorded.names()) {
      verify(Recorded.read(name));
    }
  }

  @Test
  void nothingOfARequestCanBeAltered() throws IOException {
    for (String name : Recorded.names()) {
      var request = Recorded.read(name);
      for (String header : signed(request)) {
        if (!header.equals("x-amz-content-sha256")) {
          refused(Kind.MISMATCH, Recorded.with(request, header, alter(request, header)));
        }
      }
      refused(Kind.MISMATCH, with(request, "DELETE", request.path(), request.query()));
      refused(
          Kind.MISMATCH, with(request, request.method(), request.path() + "x", request.query()));
      refused(Kind.MISMATCH, with(request, request.method(), request.path(), "Action=X"));
      var other = request.body().clone();
      if (other.length > 0) {
        other[other.length - 1] ^= 1;
        refused(Kind.MISMATCH, body(request, other));
      } else if (request.header("x-amz-content-sha256").isEmpty()) {
        refused(Kind.MISMATCH, body(request, new byte[] {'x'}));
      }
    }
  }

  private static String alter(Incoming request, String header) {
    String value = request.header(header).orElseThrow();
    // Another second of the same day; anything else is refused before the signature is looked at.
    return header.equals("x-amz-date")
        ? value.replaceFirst("..Z", value.endsWith("00Z") ? "01Z" : "00Z")
        : value + "x";
  }

  @Test
  void anotherKeyRegionDayServiceOrSignatureIsRefused() throws IOException {
    var request = Recorded.read("002-DescribeVolumes.txt");
    refused(Kind.UNKNOWN_KEY, authorization(request, "AKIAEXAMPLE", "AKIAEXAMPLF"));
    refused(Kind.MISMATCH, authorization(request, "/sim-1/", "/sim-2/"));
    refused(Kind.INCOMPLETE, authorization(request, "/20261123/", "/20261124/"));
    refused(Kind.INCOMPLETE, authorization(request, "/ec2/", "/ebs/"));
    refused(Kind.INCOMPLETE, authorization(request, "aws4_request", "aws4"));
    refused(Kind.MISMATCH, authorization(request, "Signature=a", "Signature=b"));
    refused(Kind.INCOMPLETE, authorization(request, "Signature=a", "Signature=A"));
    refused(Kind.INCOMPLETE, authorization(request, "Signature=a", "Signature="));
    refused(Kind.INCOMPLETE, authorization(request, "host;", ""));
    refused(Kind.INCOMPLETE, authorization(request, ";x-amz-date", ""));
    refused(Kind.MISMATCH, authorization(request, "content-type;", ""));
    refused(Kind.MISMATCH, authorization(request, "host;", "host;via;"));
    refused(Kind.INCOMPLETE, authorization(request, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"));
    refused(Kind.INCOMPLETE, authorization(request, ", Signature", ", Signature=1, Signature"));
    refused(Kind.INCOMPLETE, Recorded.with(request, "authorization", "Basic dTpw"));
    refused(Kind.INCOMPLETE, Recorded.with(request, "authorization", ""));
    var unsigned = new LinkedHashMap<>(request.headers());
    unsigned.remove("authorization");
    refused(Kind.MISSING, new Incoming("POST", "/", "", unsigned, request.body()));
  }

  @Test
  void anUnsignedAmzHeaderIsRefused() throws IOException {
    refused(
        Kind.INCOMPLETE,
        Recorded.with(Recorded.read("002-DescribeVolumes.txt"), "x-amz-security-token", "t"));
    refused(
        Kind.INCOMPLETE,
        Recorded.with(
            Recorded.read("021-GET_snapshots_snap-0123456789abcdef0_blocks.txt"),
            "x-amz-progress",
            "1"));
  }

  @Test
  void aBodyIsLeftUnsignedOnlyWhereAllowed() throws IOException {
    var put = Recorded.read("026-PUT_snapshots_snap-0123456789abcdef2_blocks_1000.txt");
    verifier.verify(body(put, new byte[1000]), "ebs", true);
    assertThatThrownBy(() -> verifier.verify(put, "ebs", false)).isInstanceOf(SignatureWrong.class);
    refused(Kind.INCOMPLETE, Recorded.with(put, "x-amz-content-sha256", "STREAMING-X"));
    refused(Kind.MISMATCH, Recorded.with(put, "x-amz-content-sha256", "0".repeat(64)));
  }

  @Test
  void aRequestIsGoodFiveMinutesAroundItsDate() throws IOException {
    var request = Recorded.read("002-DescribeVolumes.txt");
    Instant made = Recorded.moment(request);
    for (Duration off : List.of(SigV4.SKEW_MAX, SigV4.SKEW_MAX.negated())) {
      at(made.plus(off)).verify(request, "ec2", false);
      var past = at(made.plus(off.plusSeconds(off.isNegative() ? -1 : 1)));
      assertThat(kind(() -> past.verify(request, "ec2", false))).isEqualTo(Kind.EXPIRED);
    }
    for (String date : List.of("20261123T256161Z", "20261123T03", "20261123T030526", "")) {
      refused(Kind.INCOMPLETE, Recorded.with(request, "x-amz-date", date));
    }
  }

  @Test
  void aPresignedRequestIsGoodUntilItExpires() throws IOException {
    var copy = Form.parse(new String(Recorded.read("016-CopySnapshot.txt").body(), UTF_8));
    String url = copy.only("PresignedUrl");
    var request =
        new Incoming(
            "GET",
            "/",
            url.substring(url.indexOf('?') + 1),
            java.util.Map.of("host", List.of("127.0.0.1:18081")),
            new byte[0]);
    Instant made = Instant.parse("2026-11-23T03:06:29Z");
    at(made.plusSeconds(3600)).verify(request, "ec2", false);
    assertThat(kind(() -> at(made.plusSeconds(3601)).verify(request, "ec2", false)))
        .isEqualTo(Kind.EXPIRED);
    assertThat(kind(() -> at(made.minusSeconds(301)).verify(request, "ec2", false)))
        .isEqualTo(Kind.EXPIRED);
    for (String[] change :
        new String[][] {
          {"Expires=3600", "Expires=3601"},
          {"Expires=3600", "Expires=3600&X-Amz-Security-Token=x"},
          {"Action=CopySnapshot", "Action=DeleteSnapshot"},
          {"snap-0123", "snap-1123"},
          {"snap-0123", "snap+0123"},
        }) {
      var altered = with(request, "GET", "/", request.query().replaceFirst(change[0], change[1]));
      assertThat(kind(() -> at(made).verify(altered, "ec2", false))).isEqualTo(Kind.MISMATCH);
    }
    for (String expires : List.of("0", "604801", "9999999", "1e3", "-1", "")) {
      var altered = with(request, "GET", "/", request.query().replace("=3600", "=" + expires));
      assertThat(kind(() -> at(made).verify(altered, "ec2", false))).isEqualTo(Kind.INCOMPLETE);
    }
  }

  @Test
  void withoutCredentialsNobodyIsAsked() throws IOException {
    var request = Recorded.read("002-DescribeVolumes.txt");
    new SigV4(List.of(), Recorded.at(Instant.EPOCH))
        .verify(Recorded.with(request, "authorization", "x"), "ec2", false);
  }

  private static SigV4 at(Instant moment) {
    return new SigV4(List.of(Recorded.KEYS), Recorded.at(moment));
  }

  private void verify(Incoming request) {
    boolean ebs = request.path().startsWith("/snapshots");
    verifier.verify(
        request, ebs ? "ebs" : "ec2", request.headers().containsKey("x-amz-content-sha256"));
  }

  private void refused(Kind kind, Incoming request) {
    assertThat(kind(() -> verify(request))).as("%s", request).isEqualTo(kind);
  }

  private static Kind kind(Executable verify) {
    try {
      verify.execute();
    } catch (SignatureWrong e) {
      return e.kind();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("let in");
  }

  private static List<String> signed(Incoming request) {
    return Signature.of(request).headers();
  }

  private static Incoming authorization(Incoming request, String from, String to) {
    String value = request.header("authorization").orElseThrow();
    assertThat(value).contains(from);
    return Recorded.with(request, "authorization", value.replace(from, to));
  }

  private static Incoming with(Incoming request, String method, String path, String query) {
    return new Incoming(method, path, query, request.headers(), request.body());
  }

  private static Incoming body(Incoming request, byte[] body) {
    return new Incoming(request.method(), request.path(), request.query(), request.headers(), body);
  }
}
