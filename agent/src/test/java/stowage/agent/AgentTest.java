package stowage.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException.InUse;
import stowage.http.HttpCall;
import stowage.http.HttpClient;
import stowage.http.HttpReply;
import stowage.linux.MountTable;

/** A whole agent on real folders, asked as clients ask. */
class AgentTest {
  @TempDir Path folder;

  private Agent agent;
  private HttpClient client;

  @BeforeEach
  void start() {
    agent = new Agent(settings("run"));
    client = HttpClient.unix(folder.resolve("run/docker.sock"));
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
    assertThat(MountTable.own()).noneMatch(m -> m.mountPoint().startsWith(folder.toString()));
  }

  private Settings settings(String run) {
    return Settings.read(
        List.of(
            "--root",
            folder + "/root",
            "--run",
            folder.resolve(run).toString(),
            "--aws-listen",
            ""),
        Map.of());
  }

  private record Answer(int status, String body, HttpReply reply) {
    JsonObject json() {
      return Json.object(body.getBytes(UTF_8), "");
    }

    String message() {
      return json().required("message");
    }
  }

  private Answer ask(HttpCall call) throws IOException {
    try (var reply = client.send(call)) {
      return new Answer(reply.status(), new String(reply.bytes(), UTF_8), reply);
    }
  }

  private Answer get(String target) throws IOException {
    return ask(HttpCall.get(target));
  }

  private Answer post(String target, String json) throws IOException {
    return ask(HttpCall.post(target, json.getBytes(UTF_8)));
  }

  @Test
  void pingTellsWhatTheStockClientAsks() throws IOException {
    for (String method : List.of("HEAD", "GET")) {
      var answer = ask(HttpCall.of(method, "/_ping"));
      assertThat(answer.status).isEqualTo(200);
      assertThat(answer.reply.header("Api-Version")).hasValue("1.50");
      assertThat(answer.reply.header("Builder-Version")).hasValue("1");
      assertThat(answer.reply.header("Ostype")).hasValue("linux");
      assertThat(answer.reply.header("Swarm")).hasValue("inactive");
      assertThat(answer.body).isEqualTo(method.equals("GET") ? "OK" : "");
    }
  }

  @Test
  void versionsOutsideTheRangeAreRefusedInTheRecordedWords() throws IOException {
    var tooNew = get("/v9.99/containers/json");
    assertThat(tooNew.status).isEqualTo(400);
    assertThat(tooNew.message())
        .isEqualTo("client version 9.99 is too new. Maximum supported API version is 1.50");
    var tooOld = get("/v1.12/containers/json");
    assertThat(tooOld.status).isEqualTo(400);
    assertThat(tooOld.body)
        .isEqualTo(
            "client version 1.12 is too old. Minimum supported API version is 1.24, please upgrade"
                + " your client to a newer version\n");
    assertThat(get("/v1.24/containers/json").body).isEqualTo("[]\n");
    assertThat(get("/v1.41/nosuch").message()).isEqualTo("page not found");
    assertThat(get("/v1.41/nosuch").status).isEqualTo(404);
  }

  @Test
  void malformedBodiesGetTheReason() throws IOException {
    var create = "/v1.50/containers/create";
    assertThat(post(create, "{bad").message())
        .isEqualTo(
            "invalid JSON: invalid character 'b' looking for beginning of object key string");
    assertThat(post(create, "").message())
        .isEqualTo("invalid JSON: got EOF while reading request body");
    var form = HttpCall.post(create, "{}".getBytes(UTF_8)).with("Content-Type", "text/x");
    assertThat(ask(form).message())
        .isEqualTo("unsupported Content-Type header (text/x): must be 'application/json'");
    var large = ask(HttpCall.post(create, new byte[5 << 20]));
    assertThat(large.status).isEqualTo(413);
    assertThat(large.message()).contains("larger than");
    assertThat(post(create, "{\"Image\":\"no:1\"}").message()).isEqualTo("No such image: no:1");
  }

  @Test
  void whatIsNotThereYetSaysSo() throws IOException {
    assertThat(get("/v1.50/nodes").status).isEqualTo(503);
    assertThat(get("/v1.50/nodes").message()).startsWith("This node is not a swarm manager.");
    assertThat(post("/v1.50/networks/create", "{}").message()).contains("not supported yet");
    assertThat(ask(HttpCall.of("POST", "/build")).status).isEqualTo(501);
    assertThat(get("/plugins/x/y/json").message()).isEqualTo("plugin \"x/y\" not found");
    assertThat(ask(HttpCall.of("POST", "/build/prune")).status).isEqualTo(200);
  }

  @Test
  void volumesAreKeptAcrossLivesOfTheAgent() throws IOException {
    assertThat(post("/volumes/create", "{\"Name\":\"v1\",\"Labels\":{\"a\":\"b\"}}").status)
        .isEqualTo(201);
    agent.close();
    agent = new Agent(settings("run"));
    var volume = get("/volumes/v1").json();
    assertThat(volume.required("Driver")).isEqualTo("local");
    assertThat(volume.stringMap("Labels")).isEqualTo(Map.of("a", "b"));
    assertThat(get("/volumes/no").message()).isEqualTo("get no: no such volume");
    var usage = get("/system/df?type=volume").json().objects("Volumes").getFirst();
    assertThat(usage.object("UsageData").orElseThrow().number("RefCount")).hasValue(0L);
  }

  @Test
  void eventsStreamUntilTheirEnd() throws IOException {
    post("/volumes/create", "{\"Name\":\"v1\"}");
    try (var events =
        client.send(
            HttpCall.get("/events?since=1&filters=%7B%22type%22%3A%7B%22volume%22%3Atrue%7D%7D"))) {
      var lines = new java.io.BufferedReader(new java.io.InputStreamReader(events.body(), UTF_8));
      assertThat(lines.readLine()).contains("\"Action\":\"create\"", "\"ID\":\"v1\"");
      ask(HttpCall.of("DELETE", "/volumes/v1"));
      assertThat(lines.readLine()).contains("\"Action\":\"destroy\"");
    }
    assertThat(get("/events?since=1&until=2").body).isEmpty();
  }

  @Test
  void twoAgentsOnOneRootAreRefused() {
    assertThatThrownBy(() -> new Agent(settings("run2")))
        .isInstanceOf(InUse.class)
        .hasMessageContaining("pid " + ProcessHandle.current().pid());
  }

  @Test
  void bothSocketsServeTheSame() throws IOException {
    client = HttpClient.unix(folder.resolve("run/stowage.sock"));
    var info = get("/info").json();
    assertThat(info.required("DockerRootDir")).isEqualTo(folder + "/root");
    assertThat(info.number("Containers")).hasValue(0L);
    assertThat(info.bool("MemoryLimit")).isTrue();
    var networks = get("/networks").body;
    assertThat(networks).contains("\"Name\":\"none\"", "\"Name\":\"host\"");
  }
}
