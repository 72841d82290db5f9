package stowage.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.container.ContainerSpec;
import stowage.container.RestartPolicy;

class CreateBodyTest {
  /** What docker CLI 28.2.2 sends for {@code docker run bb:1 sh -c ...}: every field it knows. */
  private static JsonObject stock() {
    try (var in = CreateBodyTest.class.getResourceAsStream("create-of-stock-client.json")) {
      return Json.object(in.readAllBytes(), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ContainerSpec parse(String json) {
    var body = Json.object(json.getBytes(StandardCharsets.UTF_8), "");
    CreateFields.CONFIG.check(body);
    return CreateBody.parse(body);
  }

  @Test
  void whatTheStockClientSendsForAPlainRunIsAPlainContainer() {
    var body = stock();
    CreateFields.CONFIG.check(body);
    var spec = CreateBody.parse(body);
    assertThat(spec.image()).isEqualTo("bb:1");
    assertThat(spec.program().entrypoint()).isEmpty();
    assertThat(spec.program().command())
        .hasValue(List.of("sh", "-c", "echo out; echo err >&2; exit 3"));
    assertThat(spec.limits()).isEqualTo(stowage.container.Limits.NONE);
    assertThat(spec.security()).isEqualTo(stowage.container.Security.DEFAULT);
    assertThat(spec.lifecycle()).isEqualTo(stowage.container.Lifecycle.DEFAULT);
    assertThat(spec.storage().asked()).isEqualTo(stowage.container.MountRequest.NONE);
    assertThat(spec.network()).isEqualTo(stowage.container.Network.DEFAULT);
    assertThat(spec.request()).isEqualTo(body.map());
  }

  @Test
  void everyFieldFindsItsPlace() {
    var spec =
        parse(
            """
            {"Image":"i","Cmd":"one","Entrypoint":[],"Env":["A=b"],"User":"u","WorkingDir":"/w",
             "Tty":true,"OpenStdin":true,"StdinOnce":true,"AttachStdin":true,"Hostname":"h",
             "StopSignal":"INT","StopTimeout":3,"Labels":{"l":"v"},"Volumes":{"/v":{}},
             "HostConfig":{"Memory":67108864,"NanoCpus":500000000,"PidsLimit":9,"Init":true,
              "Privileged":true,"CapAdd":["NET_ADMIN"],"ReadonlyRootfs":true,"ShmSize":1024,
              "NetworkMode":"host","Binds":["a:/b"],"Tmpfs":{"/t":"size=1m"},"MaskedPaths":[],
              "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":2},"ConsoleSize":[40,120],
              "Devices":[{"PathOnHost":"/dev/null"}],"LogConfig":{"Type":"none"},
              "Ulimits":[{"Name":"nofile","Soft":1,"Hard":2}],"PidMode":"host"}}
            """);
    assertThat(spec.program().command()).hasValue(List.of("one"));
    assertThat(spec.program().entrypoint()).hasValue(List.of());
    assertThat(spec.streams().tty()).isTrue();
    assertThat(spec.streams().rows()).isEqualTo(40);
    assertThat(spec.streams().columns()).isEqualTo(120);
    assertThat(spec.limits().memoryBytes()).isEqualTo(64 << 20);
    assertThat(spec.limits().pids()).isEqualTo(9);
    assertThat(spec.limits().ulimits()).hasSize(1);
    assertThat(spec.lifecycle().restart())
        .isEqualTo(new RestartPolicy(RestartPolicy.Kind.ON_FAILURE, 2));
    assertThat(spec.lifecycle().stopTimeoutSeconds()).isEqualTo(3);
    assertThat(spec.lifecycle().init()).isTrue();
    assertThat(spec.lifecycle().logDriver()).isEqualTo("none");
    assertThat(spec.security().devices().getFirst().permissions()).isEqualTo("rwm");
    assertThat(spec.security().maskedPaths()).isEqualTo(Optional.of(List.of()));
    assertThat(spec.security().readonlyPaths()).isEmpty();
    assertThat(spec.security().namespaces().pid()).isEqualTo("host");
    assertThat(spec.network().isHost()).isTrue();
    assertThat(spec.storage().asked().binds()).containsExactly("a:/b");
    assertThat(spec.storage().asked().volumes()).containsExactly("/v");
    assertThat(spec.storage().readOnlyRoot()).isTrue();
    assertThat(OptionalInt.of((int) spec.storage().shmBytes())).hasValue(1024);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                     | config cannot be empty in order to create a container
          {"HostConfig":{}}                      | config cannot be empty in order to create a container
          {"Cmd":["x"]}                          | no image specified: Image must not be empty
          {"Image":"i","Imag":"j"}               | container has no field 'Imag'
          {"Image":"i","Healthcheck":{"Test":["CMD","x"]}} | health checks are not supported yet
          {"Image":"i","HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"1"}]}}} | publishing ports is not supported yet
          {"Image":"i","HostConfig":{"Runtime":"kata"}} | unknown or invalid runtime name: kata
          {"Image":"i","HostConfig":{"LogConfig":{"Type":"syslog"}}} | logger: no log driver named 'syslog'
          {"Image":"i","HostConfig":{"LogConfig":{"Config":{"max-size":"1m"}}}} | log options [max-size] are not supported yet
          {"Image":"i","HostConfig":{"StorageOpt":{"foo":"1"}}} | Unknown option foo
          {"Image":"i","HostConfig":{"CpuCount":2}} | it is for Windows containers
          {"Image":"i","NetworkingConfig":{"EndpointsConfig":{"none":{"Aliases":["a"]}}}} | are not supported yet
          {"Image":"i","HostConfig":{"NewLimit":2}} | HostConfig has no field 'NewLimit'
          {"Image":"i","HostConfig":{"RestartPolicy":{"Name":"no","MaximumRetryCount":1}}} | can only be used with 'on-failure'
          {"Image":"i","HostConfig":{"AutoRemove":true,"RestartPolicy":{"Name":"always"}}} | can't create 'AutoRemove' container
          {"Image":"i","HostConfig":{"Mounts":[{"Type":"bind","VolumeOptions":{}}]}} | VolumeOptions must not be specified on mount type "bind"
          """)
  void whatCannotBeDoneAsAskedIsRefused(String json, String reason) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(StowageException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aFieldWithItsZeroValueIsNeverRefused() {
    var spec =
        parse(
            """
            {"Image":"i","Healthcheck":{"Test":[],"Interval":0},"Imag":"","New":null,"More":[{}],
             "HostConfig":{"PortBindings":{},"CpuCount":0,"NewLimit":[0,0],"Links":null}}
            """);
    assertThat(spec.image()).isEqualTo("i");
  }
}
