package stowage.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Flow files and shapes: what they take for the same, and what not. */
class FlowTest {
  @Test
  void aFlowHasPreparationsAndSteps() {
    var flow =
        Flow.parse(
            "f",
            """
            # 99: a title

            % prepare

            # a remark
            $ docker run x
            differs: a reason
            exit 3
            | out
            |
            ! err
            @ POST /containers/create 201
            """);
    assertThat(flow.title()).isEqualTo("99: a title");
    assertThat(flow.steps()).hasSize(2);
    assertThat(flow.steps().getFirst().prepares()).isTrue();
    assertThat(flow.steps().getLast())
        .isEqualTo(
            new Flow.Step(
                "docker run x",
                false,
                "a reason",
                3,
                List.of("out", ""),
                List.of("err"),
                List.of("POST /containers/create 201")));
    assertThat(flow.needsRegistry()).isFalse();
  }

  @Test
  void kindsStandForWordsThatDiffer() {
    assertThat(Shape.fits("<id12> bb:1 <ago>  <size>", "0123456789ab   bb:1 2 hours ago 1.98MB"))
        .isTrue();
    assertThat(Shape.fits("<id12> bb:1", "0123456789a bb:1")).isFalse();
    assertThat(Shape.fits("sha256:<id>", "sha256:" + "0a".repeat(32))).isTrue();
    assertThat(Shape.fits("<time> e", "2026-11-23T03:22:45.442791790Z e")).isTrue();
    assertThat(Shape.fits("a.c", "abc")).isFalse();
  }

  @Test
  void threeDotsAreAnyLines() {
    assertThat(Shape.fits(List.of("a", "...", "z"), List.of("a", "b", "c", "z"))).isTrue();
    assertThat(Shape.fits(List.of("a", "...", "z"), List.of("a", "z"))).isTrue();
    assertThat(Shape.fits(List.of("a", "...", "z"), List.of("a", "z", "b"))).isFalse();
    assertThat(Shape.fits(List.of("a"), List.of("a", "b"))).isFalse();
    assertThat(Shape.fits(List.of("a", "b"), List.of("a"))).isFalse();
  }
}
