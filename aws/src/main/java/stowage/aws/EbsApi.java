package stowage.aws;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.cloud.BlockBytes;
import stowage.cloud.BlockPage;
import stowage.cloud.Call;
import stowage.cloud.EbsSnapshot;
import stowage.cloud.Encryption;
import stowage.cloud.ListBlocks;
import stowage.cloud.PutBlock;
import stowage.cloud.Region;
import stowage.cloud.SnapshotOrigin;
import stowage.cloud.StartSnapshot;
import stowage.http.Router;

/**
 * The EBS direct API: a snapshot's blocks, read and written.
 *
 * @see <a href="https://docs.aws.amazon.com/ebs/latest/APIReference/Welcome.html">EBS direct
 *     APIs</a>
 */
final class EbsApi {
  /** Bytes in a block. */
  static final int BLOCK_SIZE = 512 << 10;

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");
  private static final String ALGORITHM = "SHA256";
  private static final int TIMEOUT_MINUTES_DEFAULT = 60;
  private static final int TIMEOUT_MINUTES_MIN = 10;
  private static final int TIMEOUT_MINUTES_MAX = 4320;
  private static final int TOKEN_CHARS_MAX = 256;
  private static final Set<String> START_FIELDS =
      Set.of(
          "VolumeSize",
          "ParentSnapshotId",
          "Tags",
          "Description",
          "ClientToken",
          "Encrypted",
          "KmsKeyArn",
          "Timeout");

  /** A request with what its path and query say. */
  private record Asked(Incoming request, Router.Match<?> match, Form query) {
    String path(String group) {
      return match.groups().group(group);
    }

    Optional<String> query(String name) {
      return Optional.of(query.only(name)).filter(value -> !value.isEmpty());
    }

    String header(String name) {
      return request
          .header(name)
          .filter(value -> !value.isEmpty())
          .orElseThrow(() -> EbsErrors.parameter("The header %s is missing".formatted(name)));
    }
  }

  private interface Operation {
    Answer answer(Asked asked);
  }

  private final Router<Operation> router = new Router<>();
  private final Supplier<Region> region;
  private final Write write;

  EbsApi(Supplier<Region> region) {
    this.region = region;
    this.write = new Write(region);
    router.add("GET", "/snapshots/(?<id>[^/]+)/blocks", this::list);
    router.add("GET", "/snapshots/(?<id>[^/]+)/changedblocks", this::changed);
    router.add("GET", "/snapshots/(?<id>[^/]+)/blocks/(?<index>[^/]+)", this::get);
    router.add("PUT", "/snapshots/(?<id>[^/]+)/blocks/(?<index>[^/]+)", this::put);
    router.add("POST", "/snapshots/completion/(?<id>[^/]+)", this::complete);
    router.add("POST", "/snapshots", this::start);
  }

  /** Whether the request is for this API, and not for EC2. */
  static boolean wants(Incoming request) {
    return wants(request.path())
        || request.header("authorization").orElse("").contains("/ebs/" + Signature.TERMINATOR);
  }

  static boolean wants(String path) {
    return path.equals("/snapshots") || path.startsWith("/snapshots/");
  }

  /** Whether the body has its own checksum, which is signed. */
  static boolean vouchesForBody(Incoming request) {
    return request.method().equals("PUT") && request.headers().containsKey("x-amz-checksum");
  }

  /** Answers; what is refused is thrown. */
  Answer answer(Incoming request) {
    var match =
        router
            .find(request.method(), Percent.decode(request.path()))
            .orElseThrow(
                () -> new Refusal(404, "UnknownOperationException", "There is no such operation"));
    return match.handler().answer(new Asked(request, match, Form.parse(request.query())));
  }

  /** How a refusal is written. */
  static Answer refusal(Refusal refusal) {
    // What the reading of requests says in EC2's words.
    boolean foreign = !refusal.code().endsWith("Exception");
    var body = new LinkedHashMap<String, Object>();
    body.put("Message", refusal.getMessage());
    String reason = foreign ? "INVALID_PARAMETER_VALUE" : refusal.reason();
    if (!reason.isEmpty()) {
      body.put("Reason", reason);
    }
    return Answer.json(refusal.status(), body)
        .with("x-amzn-ErrorType", foreign ? "ValidationException" : refusal.code());
  }

  private Answer list(Asked asked) {
    var question = question(asked, Optional.empty(), false);
    BlockPage page = region.get().direct().list(question);
    var blocks = new ArrayList<Map<String, Object>>();
    for (var block : page.blocks()) {
      var each = new LinkedHashMap<String, Object>();
      each.put("BlockIndex", block.index());
      block.token().ifPresent(token -> each.put("BlockToken", token));
      blocks.add(each);
    }
    return answer("Blocks", blocks, page);
  }

  private Answer changed(Asked asked) {
    var question = question(asked, asked.query("firstSnapshotId"), true);
    BlockPage page = region.get().direct().list(question);
    var blocks = new ArrayList<Map<String, Object>>();
    for (var block : page.blocks()) {
      var each = new LinkedHashMap<String, Object>();
      each.put("BlockIndex", block.index());
      block.firstToken().ifPresent(token -> each.put("FirstBlockToken", token));
      block.token().ifPresent(token -> each.put("SecondBlockToken", token));
      blocks.add(each);
    }
    return answer("ChangedBlocks", blocks, page);
  }

  private static ListBlocks question(Asked asked, Optional<String> first, boolean changed) {
    var start = asked.query("startingBlockIndex").map(text -> number("startingBlockIndex", text));
    var max = asked.query("maxResults").map(text -> number("maxResults", text));
    return new ListBlocks(
        asked.path("id"),
        first,
        changed,
        start.isPresent() ? OptionalLong.of(start.get()) : OptionalLong.empty(),
        max.isPresent()
            ? OptionalInt.of((int) Math.min(Integer.MAX_VALUE, max.get()))
            : OptionalInt.empty(),
        asked.query("pageToken").map(token -> token("INVALID_PAGE_TOKEN", token)));
  }

  private static Answer answer(String name, List<Map<String, Object>> blocks, BlockPage page) {
    var body = new LinkedHashMap<String, Object>();
    body.put(name, blocks);
    body.put("ExpiryTime", page.expiry().getEpochSecond());
    body.put("VolumeSize", page.sizeGib());
    body.put("BlockSize", BLOCK_SIZE);
    page.nextToken().ifPresent(token -> body.put("NextToken", token));
    return Answer.json(200, body);
  }

  private Answer get(Asked asked) {
    String token =
        asked
            .query("blockToken")
            .map(said -> token("INVALID_BLOCK_TOKEN", said))
            .orElseThrow(
                () -> EbsErrors.validation("INVALID_BLOCK_TOKEN", "blockToken is missing"));
    long index = index(asked);
    BlockBytes block = region.get().direct().get(asked.path("id"), index, token);
    var bytes = new byte[block.bytes().remaining()];
    block.bytes().get(bytes);
    return Answer.bytes(bytes)
        .with("x-amz-Data-Length", Integer.toString(bytes.length))
        .with("x-amz-Checksum", block.checksum())
        .with("x-amz-Checksum-Algorithm", ALGORITHM);
  }

  private Answer put(Asked asked) {
    long index = index(asked);
    algorithm(asked);
    long length = number("x-amz-Data-Length", asked.header("x-amz-data-length"));
    byte[] body = asked.request().body();
    if (length != BLOCK_SIZE || body.length != BLOCK_SIZE) {
      throw EbsErrors.parameter(
          "A block has %d bytes; x-amz-Data-Length is %d and %d bytes came"
              .formatted(BLOCK_SIZE, length, body.length));
    }
    asked.request().header("x-amz-progress").ifPresent(EbsApi::checkProgress);
    var request =
        new PutBlock(
            asked.path("id"), index, ByteBuffer.wrap(body), asked.header("x-amz-checksum"));
    String checksum = region.get().direct().put(request);
    return Answer.json(201, Map.of())
        .with("x-amz-Checksum", checksum)
        .with("x-amz-Checksum-Algorithm", ALGORITHM);
  }

  private static void checkProgress(String text) {
    if (number("x-amz-Progress", text) > 100) {
      throw EbsErrors.parameter("x-amz-Progress is not 0 to 100");
    }
  }

  private static void algorithm(Asked asked) {
    if (!asked.header("x-amz-checksum-algorithm").equals(ALGORITHM)) {
      throw EbsErrors.parameter("x-amz-Checksum-Algorithm must be " + ALGORITHM);
    }
  }

  private Answer complete(Asked asked) {
    long count = number("x-amz-ChangedBlocksCount", asked.header("x-amz-changedblockscount"));
    Optional<String> checksum = asked.request().header("x-amz-checksum");
    if (checksum.isPresent()) {
      algorithm(asked);
      if (!asked.header("x-amz-checksum-aggregation-method").equals("LINEAR")) {
        throw EbsErrors.parameter("x-amz-Checksum-Aggregation-Method must be LINEAR");
      }
    }
    var state =
        region
            .get()
            .direct()
            .complete(asked.path("id"), new SnapshotOrigin.Completion(count, checksum));
    return Answer.json(202, Map.of("Status", state.word()));
  }

  private Answer start(Asked asked) {
    JsonObject body = Json.object(asked.request().body(), "request body");
    for (String name : body.names()) {
      if (!START_FIELDS.contains(name)) {
        throw EbsErrors.parameter("There is no field " + name);
      }
    }
    if (!body.has("VolumeSize")) {
      throw EbsErrors.validation("INVALID_VOLUME_SIZE", "VolumeSize is missing");
    }
    long minutes = body.number("Timeout", TIMEOUT_MINUTES_DEFAULT);
    if (minutes < TIMEOUT_MINUTES_MIN || minutes > TIMEOUT_MINUTES_MAX) {
      throw EbsErrors.parameter(
          "Timeout is not %d to %d minutes".formatted(TIMEOUT_MINUTES_MIN, TIMEOUT_MINUTES_MAX));
    }
    Optional<Boolean> encrypted =
        body.has("Encrypted") ? Optional.of(body.bool("Encrypted")) : Optional.empty();
    Optional<String> token = body.string("ClientToken").filter(text -> !text.isEmpty());
    var request =
        new StartSnapshot(
            body.number("VolumeSize", 0),
            body.string("ParentSnapshotId").filter(text -> !text.isEmpty()),
            legal(body.string("Description", "")),
            new Encryption(encrypted, body.string("KmsKeyArn")),
            Duration.ofMinutes(minutes),
            tags(body),
            new Call(token, false));
    EbsSnapshot snapshot = region.get().direct().start(request);
    return Answer.json(201, started(snapshot, body.string("ParentSnapshotId")));
  }

  private Map<String, Object> started(EbsSnapshot snapshot, Optional<String> parent) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("SnapshotId", snapshot.id());
    answer.put("OwnerId", region.get().settings().account());
    answer.put("Status", snapshot.state().word());
    answer.put("StartTime", snapshot.started().toEpochMilli() / 1000.0);
    answer.put("VolumeSize", snapshot.sizeGib());
    answer.put("BlockSize", BLOCK_SIZE);
    answer.put("Description", snapshot.description());
    var tags = new ArrayList<Map<String, Object>>();
    snapshot
        .tags()
        .forEach(
            (key, value) -> {
              var tag = new LinkedHashMap<String, Object>();
              tag.put("Key", key);
              tag.put("Value", value);
              tags.add(tag);
            });
    answer.put("Tags", tags);
    parent.ifPresent(id -> answer.put("ParentSnapshotId", id));
    snapshot.keyId().ifPresent(key -> answer.put("KmsKeyArn", write.keyArn(key)));
    return answer;
  }

  private static Map<String, String> tags(JsonObject body) {
    var tags = new LinkedHashMap<String, String>();
    for (JsonObject tag : body.objects("Tags")) {
      String key = tag.string("Key", "");
      if (key.isEmpty() || tags.put(legal(key), legal(tag.string("Value", ""))) != null) {
        throw EbsErrors.validation(
            "INVALID_TAG", "A tag has no key, or its key twice: '%s'".formatted(key));
      }
    }
    return tags;
  }

  /** EC2 must be able to tell it in XML. */
  private static String legal(String text) {
    if (!Xml.legal(text).equals(text)) {
      throw EbsErrors.parameter("A text has a character that XML cannot hold");
    }
    return text;
  }

  private static long index(Asked asked) {
    String text = asked.path("index");
    if (!NUMBER.matcher(text).matches()) {
      throw EbsErrors.validation("INVALID_BLOCK", "The block index is not a number");
    }
    return Long.parseLong(text);
  }

  private static long number(String name, String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw EbsErrors.parameter("%s is not a number".formatted(name));
    }
    return Long.parseLong(text);
  }

  private static String token(String reason, String token) {
    if (token.length() > TOKEN_CHARS_MAX || !token.matches("[A-Za-z0-9+/=]+")) {
      throw EbsErrors.validation(reason, "The token is not one of ours");
    }
    return token;
  }
}
