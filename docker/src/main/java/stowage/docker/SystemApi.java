package stowage.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stowage.base.StowageException.InvalidArgument;
import stowage.http.Router;
import stowage.image.RegistryAuth;

/** {@code /_ping}, {@code /version}, {@code /info}, {@code /auth}, {@code /system/df}. */
final class SystemApi {
  private static final Fields AUTH =
      Fields.of(
          "credentials",
          "username",
          "password",
          "email",
          "auth",
          "serveraddress",
          "identitytoken",
          "registrytoken");

  private final Engine engine;
  private final Rows rows;

  SystemApi(Engine engine) {
    this.engine = engine;
    this.rows = new Rows(engine);
  }

  void addTo(Router<Endpoint> router) {
    router
        .add("GET", "/_ping", this::ping)
        .add("HEAD", "/_ping", this::ping)
        .add("GET", "/version", this::version)
        .add("GET", "/info", call -> call.json(200, new InfoJson(engine).render()))
        .add("POST", "/auth", this::auth)
        .add("GET", "/system/df", this::diskUsage);
  }

  private void ping(Call call) throws IOException {
    call.response()
        .header("Builder-Version", "1") // the classic builder
        .header("Cache-Control", "no-cache, no-store, must-revalidate")
        .header("Pragma", "no-cache")
        .header("Swarm", "inactive")
        .header("Content-Type", "text/plain; charset=utf-8");
    boolean head = call.request().method().equals("HEAD");
    call.response().send((head ? "" : "OK").getBytes(StandardCharsets.UTF_8));
  }

  private void version(Call call) throws IOException {
    var host = engine.host();
    var details = new LinkedHashMap<String, Object>();
    details.put("ApiVersion", ApiVersion.MAX.toString());
    details.put("Arch", host.goArchitecture());
    details.put("BuildTime", host.built());
    details.put("Experimental", "false");
    details.put("GitCommit", host.commit());
    details.put("GoVersion", "none, Java " + Runtime.version());
    details.put("KernelVersion", host.kernel());
    details.put("MinAPIVersion", ApiVersion.MIN.toString());
    details.put("Os", "linux");
    var runtime = engine.containers().runtime();
    var answer = new LinkedHashMap<String, Object>();
    answer.put("Platform", Map.of("Name", "Stowage"));
    answer.put(
        "Components",
        List.of(
            component("Engine", host.version(), details),
            component(runtime.name(), runtime.version(), Map.of("GitCommit", "")),
            component("conmon", runtime.conmonVersion(), Map.of("GitCommit", ""))));
    answer.put("Version", host.version());
    answer.put("ApiVersion", ApiVersion.MAX.toString());
    answer.put("MinAPIVersion", ApiVersion.MIN.toString());
    for (String name : List.of("GitCommit", "GoVersion", "Os", "Arch", "KernelVersion")) {
      answer.put(name, details.get(name));
    }
    answer.put("BuildTime", host.built());
    call.json(200, answer);
  }

  private static Map<String, Object> component(String name, String version, Object details) {
    var component = new LinkedHashMap<String, Object>();
    component.put("Name", name);
    component.put("Version", version);
    component.put("Details", details);
    return component;
  }

  private void auth(Call call) throws IOException {
    RegistryAuth credentials = RegistryAuths.of(call.requiredBody(AUTH));
    var login = engine.images().login(credentials);
    var answer = new LinkedHashMap<String, Object>();
    answer.put("IdentityToken", login.identityToken());
    answer.put("Status", login.status());
    call.json(200, answer);
  }

  private void diskUsage(Call call) throws IOException {
    var types = call.query().all("type");
    for (String type : types) {
      if (!List.of("container", "image", "volume", "build-cache").contains(type)) {
        throw new InvalidArgument("unknown object type: " + type);
      }
    }
    var answer = new LinkedHashMap<String, Object>();
    boolean images = types.isEmpty() || types.contains("image");
    answer.put("LayersSize", images ? engine.images().usage().layersBytes() : 0L);
    answer.put("Images", images ? rows.imageUsage(call.version()) : null);
    answer.put(
        "Containers",
        types.isEmpty() || types.contains("container")
            ? rows.containers(engine.containers().list(), true)
            : null);
    answer.put(
        "Volumes", types.isEmpty() || types.contains("volume") ? rows.volumeUsage() : null);
    answer.put(
        "BuildCache",
        types.isEmpty() || types.contains("build-cache") ? new ArrayList<>() : null);
    call.json(200, answer);
  }
}
