package stowage.docker;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import stowage.http.Router;

/**
 * What this API does not do yet, and how it says so. A part that comes to be takes its lines out of
 * here.
 */
final class NotYet {
  private static final String SWARM =
      "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to"
          + " connect this node to swarm and try again.";

  /** Method, path, status, message; a name of the path may be in the message. */
  private record Refusal(String method, String path, int status, String message) {}

  private static final List<Refusal> REFUSALS =
      List.of(
          new Refusal("POST", "/build", 501, "building images is not supported yet"),
          new Refusal("POST", "/build/cancel", 501, "building images is not supported yet"),
          new Refusal("POST", "/session", 501, "building images is not supported yet"),
          new Refusal("POST", "/grpc", 501, "building images is not supported yet"),
          new Refusal("GET", "/images/search", 501, "searching registries is not supported yet"),
          new Refusal(
              "GET", "/distribution/.+/json", 501, "asking registries is not supported yet"),
          new Refusal(
              "POST",
              "/networks/create",
              501,
              "networks other than none and host are not supported yet"),
          new Refusal(
              "POST",
              "/networks/[^/]+/(connect|disconnect)",
              501,
              "networks other than none and host are not supported yet"),
          new Refusal(
              "GET", "/containers/[^/]+/attach/ws", 501, "attaching by websocket is not supported"),
          new Refusal(
              "(GET|POST|DELETE)",
              "/containers/[^/]+/checkpoints(/.*)?",
              501,
              "checkpoints are not supported"),
          new Refusal("PUT", "/volumes/[^/]+", 501, "cluster volumes are not supported"),
          new Refusal("GET", "/plugins/(?<name>.+)/json", 404, "plugin \"%s\" not found"),
          new Refusal(
              "(GET|POST|DELETE)", "/plugins/.+", 501, "plugins are not supported"),
          new Refusal(
              "(GET|POST|PUT|DELETE)",
              "/(swarm|nodes|services|tasks|secrets|configs)(/.*)?",
              503,
              SWARM));

  private NotYet() {}

  static void addTo(Router<Endpoint> router) {
    router.add("GET", "/plugins", call -> call.json(200, List.of()));
    router.add("POST", "/build/prune", NotYet::buildPrune);
    for (Refusal refusal : REFUSALS) {
      for (String method : refusal.method.replaceAll("[()]", "").split("\\|")) {
        router.add(method, refusal.path, call -> refuse(call, refusal));
      }
    }
  }

  private static void refuse(Call call, Refusal refusal) throws IOException {
    String message =
        refusal.path.contains("<name>")
            ? refusal.message.formatted(call.path("name"))
            : refusal.message;
    call.json(refusal.status, Map.of("message", message));
  }

  /** Nothing is cached, so nothing is left to prune: {@code docker system prune} asks. */
  private static void buildPrune(Call call) throws IOException {
    var answer = new java.util.LinkedHashMap<String, Object>();
    answer.put("CachesDeleted", null);
    answer.put("SpaceReclaimed", 0);
    call.json(200, answer);
  }
}
