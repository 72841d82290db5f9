package stowage.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EnvironmentProxyTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "HTTPS_PROXY", "http://secure:3128",
          "http_proxy", "plain",
          "HTTP_PROXY", "overruled:1",
          "NO_PROXY", "corp.example, .internal,one:5000");

  @ParameterizedTest
  @CsvSource({
    "https://registry-1.docker.io/v2/, HTTP @ secure/<unresolved>:3128",
    "http://other:5000/v2/, HTTP @ plain/<unresolved>:80",
    "https://corp.example/, DIRECT",
    "https://a.corp.example/, DIRECT",
    "https://a.internal:5000/, DIRECT",
    "http://one:5000/, DIRECT",
    "http://one:5001/, HTTP @ plain/<unresolved>:80",
    "http://localhost:5000/, DIRECT",
    "https://127.1.2.3/, DIRECT"
  })
  void theEnvironmentSaysWhichWay(URI uri, String way) {
    assertThat(EnvironmentProxy.of(ENVIRONMENT).select(uri)).hasToString("[" + way + "]");
  }

  @ParameterizedTest
  @CsvSource({"''", "'::::'", "'http://'"})
  void noProxyIsNone(String value) {
    var proxy = EnvironmentProxy.of(Map.of("HTTPS_PROXY", value));
    assertThat(proxy.select(URI.create("https://x/"))).hasToString("[DIRECT]");
  }
}
