package stowage.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.cloud.Region;
import stowage.cloud.RuleBroken;
import stowage.http.Handler;
import stowage.http.Request;
import stowage.http.Response;

/**
 * The EC2 Query API and the EBS direct API of a region as one handler of HTTP requests: what is
 * under {@code /snapshots}, or signed for {@code ebs}, is EBS direct, all else EC2.
 *
 * <p>Holds no state of its own; any number of requests at once.
 */
public final class AwsApi implements Handler {
  /** Bytes in a request's body; EC2's lists, all full, fit. */
  public static final int BODY_BYTES_MAX = 2 << 20;

  private static final Logger LOG = System.getLogger(AwsApi.class.getName());
  private static final String SERVER = "stowage";

  private final Ec2Api ec2;
  private final EbsApi ebs;
  private final SigV4 signatures;

  /**
   * The APIs of {@code region}.
   *
   * @param region opened at the latest when a request that is sound and signed asks for it;
   *     Unavailable if it cannot be
   * @param credentials of those who are let in; none: everybody who can reach the port
   */
  public AwsApi(Supplier<Region> region, List<Credentials> credentials, Time time) {
    this.ec2 = new Ec2Api(region);
    this.ebs = new EbsApi(region);
    this.signatures = new SigV4(credentials, time);
  }

  /** The body of an answer this API was not asked for: a malformed request. */
  public static String refusal(int status, String reason) {
    var body = Ec2Api.refusal(new Refusal(status, "InvalidRequest", reason), newRequestId());
    return new String(body.body(), UTF_8);
  }

  private static String newRequestId() {
    return UUID.randomUUID().toString();
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    String requestId = newRequestId();
    response.header("x-amzn-RequestId", requestId).header("Server", SERVER);
    Answer answer = answer(request, requestId);
    answer.headers().forEach(response::header);
    response.status(answer.status()).header("Content-Type", answer.contentType());
    response.send(answer.body());
  }

  private Answer answer(Request request, String requestId) throws IOException {
    try {
      byte[] body = request.body(BODY_BYTES_MAX);
      return answer(
          new Incoming(
              request.method(), request.rawPath(), request.rawQuery(), request.headers(), body),
          requestId);
    } catch (Request.TooLarge e) {
      var refusal = new Refusal(413, "RequestEntityTooLarge", e.getMessage());
      return refused(EbsApi.wants(request.rawPath()), refusal, requestId);
    }
  }

  Answer answer(Incoming request, String requestId) {
    boolean direct = EbsApi.wants(request);
    try {
      signatures.verify(request, direct ? "ebs" : "ec2", EbsApi.vouchesForBody(request));
      return direct ? ebs.answer(request) : ec2.answer(request, requestId);
    } catch (Refusal refusal) {
      return refused(direct, refusal, requestId);
    } catch (SignatureWrong e) {
      LOG.log(Level.INFO, "aws.signature.refused kind={0}", e.kind());
      return refused(direct, direct ? EbsErrors.of(e) : Ec2Errors.of(e), requestId);
    } catch (RuleBroken e) {
      Refusal refusal = direct ? EbsErrors.of(e.rule()) : Ec2Errors.of(e.rule());
      return refused(direct, refusal, requestId);
    } catch (StowageException e) {
      Refusal refusal = direct ? EbsErrors.of(e) : Ec2Errors.of(e);
      if (refusal.status() >= 500) {
        LOG.log(Level.WARNING, "aws.request.failed id=" + requestId, e);
      }
      return refused(direct, refusal, requestId);
    }
  }

  private static Answer refused(boolean direct, Refusal refusal, String requestId) {
    return direct ? EbsApi.refusal(refusal) : Ec2Api.refusal(refusal, requestId);
  }
}
