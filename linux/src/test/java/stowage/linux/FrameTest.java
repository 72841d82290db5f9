package stowage.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class FrameTest {
  @Test
  void framesInUseAtOnceAreNotTheSame() throws Exception {
    var addresses = new HashSet<Long>();
    var frames = new ArrayList<Frame>();
    for (int i = 0; i < 40; i++) {
      var frame = Frame.open();
      frames.add(frame);
      assertThat(addresses.add(frame.bytes(8).address())).isTrue();
    }
    frames.forEach(Frame::close);
  }

  @Test
  void whatDoesNotFitIsElsewhereAndWhole() throws Exception {
    try (var frame = Frame.open()) {
      var before = frame.zeroes(5000);
      var large = frame.zeroes(100_000);
      var after = frame.zeroes(5000);
      large.fill((byte) 1);
      assertThat(before.mismatch(after)).isEqualTo(-1);
      assertThat(before.address() % 8 + large.address() % 8 + after.address() % 8).isZero();
      assertThat(before.get(JAVA_BYTE, 4999)).isZero();
    }
  }

  @Test
  void everyErrnoHasANameAndANumberOfItsOwn() {
    assertThat(Errno.of(2)).contains(Errno.ENOENT);
    assertThat(Errno.of(0)).isEmpty();
    assertThat(Errno.of(9999)).isEmpty();
    assertThat(Errno.describe(9999)).isEqualTo("errno 9999");
    for (var errno : Errno.values()) {
      assertThat(Errno.of(errno.number())).contains(errno);
      assertThat(errno.meaning()).isNotBlank();
    }
  }
}
