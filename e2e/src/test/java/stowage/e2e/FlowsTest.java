package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * "For what this issue covers every flow recorded there must run the same against Stowage: same
 * exit code, same shape of output, error statuses and messages."
 */
class FlowsTest {
  @TestFactory
  Stream<DynamicTest> recordedFlowsRunTheSame() throws IOException, URISyntaxException {
    var folder = Objects.requireNonNull(FlowsTest.class.getResource("/flows"));
    try (var files = Files.list(Path.of(folder.toURI()))) {
      return files
          .map(file -> file.getFileName().toString().replace(".flow", ""))
          .filter(name -> name.contains(System.getProperty("flow", "")))
          .sorted()
          .toList()
          .stream()
          .map(name -> DynamicTest.dynamicTest(name, () -> runs(name)));
    }
  }

  private static void runs(String name) throws IOException {
    var flow = Flow.read(name);
    if (!flow.needsRegistry()) {
      assertThat(deviations(flow, "")).isEmpty();
      return;
    }
    Assumptions.assumeTrue(LocalRegistry.isInstalled(), "docker-registry is not installed");
    try (var registry = LocalRegistry.start()) {
      assertThat(deviations(flow, registry.address())).isEmpty();
    }
  }

  private static List<String> deviations(Flow flow, String registry) throws IOException {
    try (var run = FlowRun.start(registry)) {
      return run.run(flow);
    }
  }
}
