package stowage.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A process of a run that was over before its number was seen: the record has 0. */
class ProcessIdTest {
  @Test
  void aProcessNobodySawIsOverAndTakesNoSignal() {
    var unseen = new ProcessId(0, 0);
    assertThat(unseen.isAlive()).isFalse();
    assertThat(unseen.signal(Signals.KILL)).isFalse();
    unseen.awaitEnd();
  }
}
