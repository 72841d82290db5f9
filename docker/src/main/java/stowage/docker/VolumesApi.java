package stowage.docker;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stowage.base.StowageException.InvalidArgument;
import stowage.http.Router;
import stowage.volume.VolumeFilter;

/** {@code /volumes}. */
final class VolumesApi {
  private static final Fields CREATE =
      new Fields(
          "volume",
          Set.of("Name", "Driver", "DriverOpts", "Labels"),
          Set.of(),
          Map.of("ClusterVolumeSpec", "cluster volumes are not supported"));

  private final Engine engine;

  VolumesApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("GET", "/volumes", this::list)
        .add("POST", "/volumes/create", this::create)
        .add("POST", "/volumes/prune", this::prune)
        .add("GET", "/volumes/(?<name>[^/]+)", this::inspect)
        .add("DELETE", "/volumes/(?<name>[^/]+)", this::remove);
  }

  private void list(Call call) throws IOException {
    var filters = call.filters().check(Set.of("dangling", "driver", "label", "name"));
    var volumes = engine.volumes().list(filter(filters)).stream().map(Rows::volume).toList();
    var answer = new LinkedHashMap<String, Object>();
    answer.put("Volumes", volumes);
    answer.put("Warnings", null);
    call.json(200, answer);
  }

  private static VolumeFilter filter(Filters filters) {
    return new VolumeFilter(
        filters.flag("dangling"),
        filters.of("name"),
        filters.of("driver"),
        filters.of("label"),
        filters.of("label!"));
  }

  private void create(Call call) throws IOException {
    var body = call.body(CREATE);
    var volume =
        engine
            .volumes()
            .create(
                body.string("Name", ""),
                body.string("Driver", ""),
                body.stringMap("DriverOpts"),
                body.stringMap("Labels"));
    call.json(201, Rows.volume(volume));
  }

  private void inspect(Call call) throws IOException {
    call.json(200, Rows.volume(engine.volumes().require(call.path("name"))));
  }

  private void remove(Call call) throws IOException {
    engine.volumes().remove(call.path("name"), call.flag("force"));
    call.empty(204);
  }

  /** Since 1.42 only anonymous ones unless the filter {@code all} says otherwise. */
  private void prune(Call call) throws IOException {
    var filters = call.filters().check(Set.of("label", "label!", "all"));
    boolean all = filters.flag("all").orElse(!call.version().atLeast(42));
    if (filters.has("all") && !call.version().atLeast(42)) {
      throw new InvalidArgument("invalid filter 'all'");
    }
    var pruned = engine.volumes().prune(filter(filters), all);
    var answer = new LinkedHashMap<String, Object>();
    List<String> names = pruned.names();
    answer.put("VolumesDeleted", names.isEmpty() ? null : names);
    answer.put("SpaceReclaimed", pruned.bytes());
    call.json(200, answer);
  }
}
