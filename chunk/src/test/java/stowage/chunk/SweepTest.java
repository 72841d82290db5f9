package stowage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;
import stowage.base.Time;

class SweepTest {
  @TempDir Path root;
  private ChunkStore store;

  @BeforeEach
  void open() {
    store = other();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private ChunkStore other() {
    return ChunkStore.open(root.resolve("chunks"), Time.SYSTEM);
  }

  private long packBytes() throws IOException {
    long sum = 0;
    try (var files = Files.list(root.resolve("chunks/packs"))) {
      for (Path file : files.toList()) {
        sum += Files.size(file);
      }
    }
    return sum;
  }

  @Test
  void whatUsageSaysADeleteWouldFreeIsWhatTheSweepFrees() throws Exception {
    Chunks.snapshot(store, "snap-1", 9, Optional.empty(), 1, 2, 3, 4, 5);
    Chunks.snapshot(store, "snap-2", 9, Optional.of("snap-1"), -1, 7, 9);
    var usage = store.usage("snap-1");
    assertThat(usage.logicalBytes()).isEqualTo(5L * ChunkStore.CHUNK);
    assertThat(usage.sharedBytes()).isPositive();
    long before = packBytes();
    assertThat(usage.exclusiveBytes()).isLessThan(before);
    store.delete("snap-1");
    var swept = store.sweep();
    assertThat(swept.objects()).isEqualTo(3); // chunks 2 and 3, and the leaf
    assertThat(swept.freedBytes()).isEqualTo(usage.exclusiveBytes());
    assertThat(before - packBytes()).isEqualTo(usage.exclusiveBytes());
    assertThat(store.usage("snap-2").sharedBytes()).isZero();
    var left = store.find("snap-2").orElseThrow();
    assertThat(Chunks.read(store, left, 0)).isEqualTo(Chunks.bytes(1));
    assertThat(Chunks.read(store, left, 2)).isEqualTo(Chunks.bytes(9));
    assertThat(store.sweep()).isEqualTo(new Swept(0, 0, 0, 0));
    store.delete("snap-2");
    store.sweep();
    assertThat(packBytes()).isZero();
    assertThatThrownBy(() -> store.usage("snap-2")).isInstanceOf(StowageException.NotFound.class);
  }

  @Test
  void draftsAndPinsKeepWhatTheyHold() throws Exception {
    Chunks.snapshot(store, "snap-1", 9, Optional.empty(), 1, 2);
    var pinned = store.pin("vol-1", "snap-1");
    try (var other = other();
        var draft =
            other.begin("snap-2", 9L * ChunkStore.CHUNK, Optional.of("snap-1"), Optional.empty())) {
      draft.put(2, Chunks.buffer(3));
      draft.put(3, Chunks.buffer(1));
      store.delete("snap-1");
      assertThat(store.sweep().freedBytes()).isZero();
      assertThat(Chunks.read(store, pinned, 1)).isEqualTo(Chunks.bytes(2));
      store.unpin("vol-1");
      assertThat(store.sweep().freedBytes()).isZero();
      var manifest = draft.commit();
      assertThat(Chunks.read(store, manifest, 1)).isEqualTo(Chunks.bytes(2));
      assertThat(Chunks.read(store, manifest, 3)).isEqualTo(Chunks.bytes(1));
    }
    assertThat(store.sweep().objects()).isEqualTo(1); // the leaf of the first
    store.delete("snap-2");
    store.sweep();
    assertThat(packBytes()).isZero();
  }

  @Test
  void sweepsOfAnotherStoreTakeNothingFromWriters() throws Exception {
    var done = new AtomicBoolean();
    var failure = new java.util.concurrent.atomic.AtomicReference<Throwable>();
    try (var second = other()) {
      var sweeper =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (!done.get()) {
                        second.sweep();
                      }
                    } catch (RuntimeException | AssertionError e) {
                      failure.set(e);
                    }
                  });
      try {
        // The same few chunks come and go, so that hits meet objects that are just being swept.
        for (int i = 0; i < 60; i++) {
          String id = "snap-" + i;
          var made =
              Chunks.snapshot(store, id, 4, Optional.empty(), 2 + i % 3 * 2, 2, 4 + i % 2 * 2);
          assertThat(Chunks.read(store, made, 0)).isEqualTo(Chunks.bytes(2 + i % 3 * 2));
          assertThat(Chunks.read(store, made, 2)).isEqualTo(Chunks.bytes(4 + i % 2 * 2));
          store.delete(id);
        }
      } finally {
        done.set(true);
        sweeper.join();
      }
      assertThat(failure.get()).isNull();
    }
    store.sweep();
    assertThat(packBytes()).isZero();
  }
}
