package stowage.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

final class PlatformThreadTest {
  @Test
  void aVirtualThreadsWorkRunsOnAPlatformThread() throws Exception {
    var isVirtual =
        new FutureTask<>(() -> PlatformThread.call("t", () -> Thread.currentThread().isVirtual()));
    Thread.ofVirtual().start(isVirtual);
    assertThat(isVirtual.get()).isFalse();
  }

  @Test
  void aPlatformThreadDoesItItself() {
    assertThat(PlatformThread.call("t", Thread::currentThread)).isSameAs(Thread.currentThread());
  }

  @Test
  void whatTheWorkThrowsIsThrown() throws Exception {
    var failing =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(
                      () ->
                          PlatformThread.run(
                              "t",
                              () -> {
                                throw new StowageException.Failed("disk", null);
                              }))
                  .isInstanceOf(StowageException.Failed.class)
                  .hasMessage("disk");
              return true;
            });
    Thread.ofVirtual().start(failing);
    assertThat(failing.get()).isTrue();
  }
}
