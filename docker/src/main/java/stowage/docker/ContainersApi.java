package stowage.docker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import stowage.base.ByteStrings;
import stowage.base.JsonObject;
import stowage.base.Resource;
import stowage.base.StowageException.NotFound;
import stowage.container.Container;
import stowage.container.Limits;
import stowage.container.RestartPolicy;
import stowage.http.Router;

/** {@code /containers}: making, showing, changing and removing them. */
final class ContainersApi {
  private static final Set<String> PRUNE_FILTERS = Set.of("label", "label!", "until");

  /** The config a commit may bring; all of it is the image's business. */
  private static final Fields COMMIT =
      new Fields(
          "config",
          CreateFields.CONFIG.read(),
          Set.of("OnBuild", "Shell", "Healthcheck", "ArgsEscaped", "MacAddress"),
          Map.of());

  private final Engine engine;
  private final Rows rows;

  ContainersApi(Engine engine) {
    this.engine = engine;
    this.rows = new Rows(engine);
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("GET", "/containers/json", this::list)
        .add("POST", "/containers/create", this::create)
        .add("POST", "/containers/prune", this::prune)
        .add("GET", "/containers/(?<id>[^/]+)/json", this::inspect)
        .add("GET", "/containers/(?<id>[^/]+)/top", this::top)
        .add("GET", "/containers/(?<id>[^/]+)/changes", this::changes)
        .add("GET", "/containers/(?<id>[^/]+)/export", this::export)
        .add("POST", "/containers/(?<id>[^/]+)/rename", this::rename)
        .add("POST", "/containers/(?<id>[^/]+)/update", this::update)
        .add("DELETE", "/containers/(?<id>[^/]+)", this::remove)
        .add("POST", "/commit", this::commit);
  }

  private void list(Call call) throws IOException {
    var filter = new ContainerFilter(engine, call.filters());
    long limit = call.number("limit").orElse(-1L);
    boolean all = call.flag("all") || limit > 0 || filter.reachesStopped();
    var containers =
        engine.containers().list().stream()
            .filter(container -> all || container.state().isAlive())
            .filter(filter::test)
            .limit(limit > 0 ? limit : Long.MAX_VALUE)
            .toList();
    call.json(200, rows.containers(containers, call.flag("size")));
  }

  private void create(Call call) throws IOException {
    var spec = CreateBody.parse(call.requiredBody(CreateFields.CONFIG));
    String platform = call.query("platform");
    if (!platform.isEmpty()) {
      checkPlatform(spec.image(), platform);
    }
    var created = engine.containers().create(spec, call.query("name"));
    var answer = new LinkedHashMap<String, Object>();
    answer.put("Id", created.id());
    answer.put("Warnings", created.warnings());
    call.json(201, answer);
  }

  private void checkPlatform(String name, String wanted) {
    var platform = engine.images().require(name).config().platform();
    String[] parts = wanted.split("/");
    boolean same =
        parts[0].equals(platform.os())
            && (parts.length < 2 || parts[1].equals(platform.architecture()))
            && (parts.length < 3
                || platform.variant().isEmpty()
                || parts[2].equals(platform.variant()));
    if (!same) {
      throw new NotFound(
          Resource.IMAGE,
          name,
          "image with reference %s was found but its platform (%s/%s) does not match the"
                  .formatted(name, platform.os(), platform.architecture())
              + " specified platform (%s)".formatted(wanted));
    }
  }

  private void inspect(Call call) throws IOException {
    var container = engine.containers().require(call.path("id"));
    call.json(200, new InspectJson(engine, rows, container).render(call.flag("size")));
  }

  private void top(Call call) throws IOException {
    var top = engine.containers().top(call.path("id"), call.query("ps_args"));
    var answer = new LinkedHashMap<String, Object>();
    answer.put("Processes", top.processes());
    answer.put("Titles", top.titles());
    call.json(200, answer);
  }

  private void changes(Call call) throws IOException {
    var changes = new ArrayList<Map<String, Object>>();
    for (var change : engine.containers().changes(call.path("id"))) {
      var json = new LinkedHashMap<String, Object>();
      json.put("Path", ByteStrings.text(change.path()));
      json.put("Kind", change.kind().ordinal());
      changes.add(json);
    }
    call.json(200, changes.isEmpty() ? null : changes);
  }

  private void export(Call call) throws IOException {
    engine.containers().require(call.path("id"));
    engine.containers().export(call.path("id"), call.stream("application/octet-stream"));
  }

  private void rename(Call call) throws IOException {
    engine.containers().rename(call.path("id"), call.query("name"));
    call.empty(204);
  }

  private void update(Call call) throws IOException {
    var body = call.body(CreateFields.UPDATE);
    Optional<RestartPolicy> policy =
        body.object("RestartPolicy")
            .filter(p -> !p.string("Name", "").isEmpty())
            .map(CreateBody::restart);
    var warnings = engine.containers().update(call.path("id"), change(body), policy);
    call.json(200, Map.of("Warnings", warnings));
  }

  /** A field that is absent or zero leaves the limit as it is. */
  private static UnaryOperator<Limits> change(JsonObject body) {
    var asked = CreateBody.limits(body);
    return old ->
        new Limits(
            or(asked.memoryBytes(), old.memoryBytes()),
            or(asked.memorySwapBytes(), old.memorySwapBytes()),
            or(asked.memoryReservationBytes(), old.memoryReservationBytes()),
            old.memorySwappiness(),
            old.oomKillDisable(),
            old.oomScoreAdj(),
            or(asked.nanoCpus(), old.nanoCpus()),
            or(asked.cpuShares(), old.cpuShares()),
            or(asked.cpuPeriodMicros(), old.cpuPeriodMicros()),
            or(asked.cpuQuotaMicros(), old.cpuQuotaMicros()),
            asked.cpusetCpus().isEmpty() ? old.cpusetCpus() : asked.cpusetCpus(),
            asked.cpusetMems().isEmpty() ? old.cpusetMems() : asked.cpusetMems(),
            body.has("PidsLimit") ? asked.pids() : old.pids(),
            asked.blkioWeight() == 0 ? old.blkioWeight() : asked.blkioWeight(),
            old.ulimits());
  }

  private static long or(long asked, long old) {
    return asked == 0 ? old : asked;
  }

  private void remove(Call call) throws IOException {
    engine.containers().remove(call.path("id"), call.flag("force"), call.flag("v"));
    call.empty(204);
  }

  private void prune(Call call) throws IOException {
    var filters = call.filters().check(PRUNE_FILTERS);
    var until = Until.parse(filters.of("until"), engine.time().now());
    var pruned =
        engine
            .containers()
            .prune(
                (Container container) ->
                    filters.labels(container.spec().labels())
                        && until.filter(at -> !container.created().isBefore(at)).isEmpty());
    var answer = new LinkedHashMap<String, Object>();
    List<String> ids = pruned.ids();
    answer.put("ContainersDeleted", ids.isEmpty() ? null : ids);
    answer.put("SpaceReclaimed", pruned.bytes());
    call.json(200, answer);
  }

  private void commit(Call call) throws IOException {
    var body = call.body(COMMIT);
    String repository = call.query("repo");
    var reference =
        repository.isEmpty()
            ? Optional.<String>empty()
            : Optional.of(ImagesApi.reference(repository, call.query("tag")));
    boolean pause = call.query().first("pause").isEmpty() || call.flag("pause");
    var changes = new ArrayList<String>();
    call.query().all("changes").forEach(lines -> changes.addAll(lines.lines().toList()));
    var id =
        engine
            .containers()
            .commit(
                call.query("container"),
                reference,
                call.query("author"),
                call.query("comment"),
                changes,
                body.names().isEmpty() ? Optional.empty() : Optional.of(body),
                pause);
    call.json(201, Map.of("Id", id.toString()));
  }
}
