package stowage.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import stowage.base.Event;
import stowage.base.Time;

class EventLogTest {
  private final EventLog log = new EventLog(Time.SYSTEM);

  private void tell(int number) {
    log.tell("volume", "create", "v" + number, Map.of());
  }

  @Test
  void aReaderSeesWhatIsKeptAndThenWhatComesWithNothingBetweenLeftOut() throws Exception {
    tell(1);
    try (var reader = log.subscribe(Optional.of(Instant.EPOCH))) {
      tell(2);
      assertThat(reader.poll().map(Event::id)).hasValue("v1");
      assertThat(reader.next(Optional.empty()).map(Event::id)).hasValue("v2");
      var waiting = CompletableFuture.supplyAsync(() -> reader.next(Optional.empty()));
      tell(3);
      assertThat(waiting.get().map(Event::id)).hasValue("v3");
      assertThat(log.subscribers()).isOne();
    }
    assertThat(log.subscribers()).isZero();
  }

  @Test
  void onlyWhatComesIsReadWhenNothingElseIsAskedFor() {
    tell(1);
    try (var reader = log.subscribe(Optional.empty())) {
      assertThat(reader.poll()).isEmpty();
      assertThat(reader.next(Optional.of(Instant.EPOCH))).isEmpty();
    }
  }

  @Test
  void aReaderFarBehindMissesTheOldestAndHoldsNobodyUp() {
    try (var reader = log.subscribe(Optional.empty())) {
      for (int i = 0; i < EventLog.KEPT + 10; i++) {
        tell(i);
      }
      assertThat(reader.poll().map(Event::id)).hasValue("v10");
    }
  }

  @Test
  void closingEndsAWait() throws Exception {
    var reader = log.subscribe(Optional.empty());
    var waiting = CompletableFuture.supplyAsync(() -> reader.next(Optional.empty()));
    reader.close();
    assertThat(waiting.get()).isEmpty();
  }
}
