package stowage.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import stowage.cloud.Region;

/**
 * The EC2 Query API: parameters as a form in, XML out.
 *
 * @see <a href="https://docs.aws.amazon.com/ec2/latest/devguide/ec2-low-level-api.html">EC2 Query
 *     API</a>
 */
final class Ec2Api {
  static final String VERSION = "2016-11-15";

  private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/" + VERSION + "/";

  private final Map<String, Action> actions = new LinkedHashMap<>();

  Ec2Api(Supplier<Region> region) {
    add(new VolumeActions(region).actions());
    add(new AttachActions(region).actions());
    add(new ModifyActions(region).actions());
    add(new StatusActions(region).actions());
    add(new SnapshotActions(region).actions());
    add(new SharingActions(region).actions());
    add(new TagActions(region).actions());
    add(new InstanceActions(region).actions());
    add(new LifecycleActions(region).actions());
    add(new PlaceActions(region).actions());
    add(new EncryptionActions(region).actions());
    add(NotHere.actions());
  }

  private void add(List<Action> some) {
    for (Action action : some) {
      if (actions.put(action.name(), action) != null) {
        throw new AssertionError("two actions " + action.name());
      }
    }
  }

  /** Answers; what is refused is thrown. */
  Answer answer(Incoming request, String requestId) {
    if (!request.path().equals("/")) {
      throw new Refusal(404, "InvalidRequest", "There is nothing at this path; want /");
    }
    if (!request.method().equals("POST") && !request.method().equals("GET")) {
      throw new Refusal(405, "InvalidHttpRequest", "The method must be POST or GET");
    }
    Form form = Form.parse(request.query()).and(Form.parse(new String(request.body(), UTF_8)));
    String name = form.only("Action");
    if (name.isEmpty()) {
      throw new Refusal("MissingAction", "The request must contain the parameter Action");
    }
    Action action = actions.get(name);
    if (action == null) {
      throw new Refusal(
          "InvalidAction",
          "The action %s is not valid for this web service."
              .formatted(name.substring(0, Math.min(name.length(), Grammar.NAME_CHARS_MAX))));
    }
    String version = form.only("Version");
    if (!version.equals(VERSION)) {
      throw version.isEmpty()
          ? Refusal.missing("Version")
          : new Refusal(
              "NoSuchVersion",
              "The API version is not valid; this service speaks %s".formatted(VERSION));
    }
    Params in = action.grammar().read(form);
    var out = new Xml();
    return Answer.xml(
        200,
        out.root(
            name + "Response",
            NAMESPACE,
            () -> {
              out.put("requestId", requestId);
              action.verb().answer(in, out);
            }));
  }

  /** How a refusal is written. */
  static Answer refusal(Refusal refusal, String requestId) {
    var out = new Xml();
    return Answer.xml(
        refusal.status(),
        out.root(
            "Response",
            "",
            () -> {
              out.element(
                  "Errors",
                  () ->
                      out.element(
                          "Error",
                          () ->
                              out.put("Code", refusal.code())
                                  .put("Message", String.valueOf(refusal.getMessage()))));
              out.put("RequestID", requestId);
            }));
  }

  /** The names of all actions, for whoever documents or tests them. */
  List<String> names() {
    return List.copyOf(actions.keySet());
  }
}
