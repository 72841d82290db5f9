package stowage.docker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import stowage.container.Doctor;
import stowage.http.Router;

/**
 * Stowage's own question about a container: can it use what is mounted into it, and if not, why.
 */
final class DoctorApi {
  private final Engine engine;

  DoctorApi(Engine engine) {
    this.engine = engine;
  }

  void addTo(Router<Endpoint> router) {
    router.add("GET", "/containers/(?<id>[^/]+)/doctor", this::doctor);
  }

  private void doctor(Call call) throws IOException {
    var root = engine.containers().root(call.path("id"));
    var lines = new ArrayList<String>();
    boolean healthy = true;
    for (var check : Doctor.check(root.mounts(), root.subject().user())) {
      lines.add("%s: %s".formatted(check.mount().target(), check.facts()));
      for (var finding : check.findings()) {
        healthy = false;
        lines.add("  " + finding.problem());
        finding.advice().forEach(advice -> lines.add("    try " + advice));
      }
    }
    var json = new LinkedHashMap<String, Object>();
    json.put("Healthy", healthy);
    json.put("Findings", lines);
    call.json(200, json);
  }
}
