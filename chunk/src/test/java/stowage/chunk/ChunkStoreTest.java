package stowage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.StowageException;
import stowage.base.Time;

class ChunkStoreTest {
  private static final long SIZE = 10L * ChunkStore.CHUNK;

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

  private SnapshotWriter begin(ChunkStore at, String id) {
    return at.begin(id, SIZE, Optional.empty(), Optional.empty());
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
  void aSnapshotIsReadAsItWasPut() throws Exception {
    var made = Chunks.snapshot(store, "snap-1", 10, Optional.empty(), 1, 2, 0, 3);
    assertThat(store.snapshots()).containsExactly("snap-1");
    var found = store.find("snap-1").orElseThrow();
    assertThat(found.sizeBytes()).isEqualTo(SIZE);
    assertThat(found.chunks()).isEqualTo(10);
    assertThat(found.storedBytes()).isEqualTo(made.storedBytes()).isPositive();
    for (int seed : List.of(1, 2)) {
      assertThat(Chunks.read(store, found, seed - 1)).isEqualTo(Chunks.bytes(seed));
    }
    assertThat(Chunks.read(store, found, 3)).isEqualTo(Chunks.bytes(3));
    assertThat(Chunks.read(store, found, 2)).containsOnly(0);
    assertThat(Chunks.read(store, found, 9)).containsOnly(0);
    var sha256 = MessageDigest.getInstance("SHA-256");
    assertThat(found.digest(1)).contains(sha256.digest(Chunks.bytes(2)));
    assertThat(found.digest(2)).isEmpty();
    assertThat(found.blocks(1, 5)).extracting(SnapshotManifest.Block::chunk).containsExactly(1, 3);
  }

  @Test
  void aChildInheritsWhatItDoesNotSay() throws Exception {
    Chunks.snapshot(store, "snap-1", 10, Optional.empty(), 1, 2, 3);
    long before = packBytes();
    var child = Chunks.snapshot(store, "snap-2", 20, Optional.of("snap-1"), -1, 5, 0, 1);
    assertThat(Chunks.read(store, child, 0)).isEqualTo(Chunks.bytes(1));
    assertThat(Chunks.read(store, child, 1)).isEqualTo(Chunks.bytes(5));
    assertThat(Chunks.read(store, child, 2)).containsOnly(0);
    assertThat(Chunks.read(store, child, 3)).isEqualTo(Chunks.bytes(1));
    var parent = store.find("snap-1").orElseThrow();
    assertThat(child.changed(parent)).containsExactly(1, 2, 3);
    assertThat(parent.changed(child)).containsExactly(1, 2, 3);
    assertThat(child.changes(parent, 2, 1))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.chunk()).isEqualTo(2);
              assertThat(change.before()).isPresent();
              assertThat(change.after()).isEmpty();
            });
    // One new chunk and one leaf; what another pack has already is not stored again.
    assertThat(packBytes() - before).isBetween(500L << 10, 700L << 10);
    store.delete("snap-1");
    assertThat(store.find("snap-1")).isEmpty();
    assertThat(Chunks.read(store, child, 0)).isEqualTo(Chunks.bytes(1));
  }

  @Test
  void chunksFarApartAreInTheirOwnLeaves() {
    int chunks = 3 * Leaf.CHUNKS;
    try (var writer =
        store.begin(
            "snap-1", (long) chunks * ChunkStore.CHUNK, Optional.empty(), Optional.empty())) {
      writer.put(chunks - 1, Chunks.buffer(1));
      writer.put(0, Chunks.buffer(1));
      writer.commit();
    }
    var found = store.find("snap-1").orElseThrow();
    assertThat(found.blocks(0, 9))
        .extracting(SnapshotManifest.Block::chunk)
        .containsExactly(0, chunks - 1);
    assertThat(Chunks.read(store, found, chunks - 1)).isEqualTo(Chunks.bytes(1));
  }

  @Test
  void aWriterGoesOnWhereAnotherWasClosed() {
    try (var writer = begin(store, "snap-1")) {
      writer.put(0, Chunks.buffer(1));
      writer.put(1, Chunks.buffer(3));
      writer.put(1, Chunks.buffer(5));
      writer.zero(2);
    }
    store.close();
    store = other();
    try (var writer = begin(store, "snap-1")) {
      assertThat(IntStream.range(0, 10).filter(writer::has)).containsExactly(0, 1, 2);
      long stored = writer.storedBytes();
      assertThat(stored).isPositive();
      var manifest = writer.commit();
      assertThat(Chunks.read(store, manifest, 0)).isEqualTo(Chunks.bytes(1));
      assertThat(Chunks.read(store, manifest, 1)).isEqualTo(Chunks.bytes(5));
    }
    assertThatThrownBy(() -> begin(store, "snap-1"))
        .isInstanceOf(StowageException.AlreadyExists.class);
  }

  @Test
  void ofAnAbandonedOrAnotherSnapshotNothingIsKept() {
    try (var writer = begin(store, "snap-1")) {
      writer.put(0, Chunks.buffer(1));
    }
    try (var writer = store.begin("snap-1", SIZE * 2, Optional.empty(), Optional.empty())) {
      assertThat(writer.has(0)).isFalse();
      writer.put(0, Chunks.buffer(1));
    }
    store.abandon("snap-1");
    try (var writer = store.begin("snap-1", SIZE * 2, Optional.empty(), Optional.empty())) {
      assertThat(writer.has(0)).isFalse();
      writer.put(0, Chunks.buffer(1));
      writer.abort();
    }
    try (var writer = store.begin("snap-1", SIZE * 2, Optional.empty(), Optional.empty())) {
      assertThat(writer.has(0)).isFalse();
    }
    assertThat(store.snapshots()).isEmpty();
  }

  @Test
  void twoStoresOnOneFolderShareChunksAndKeepApartTheirWriters() throws Exception {
    try (var second = other();
        var one = begin(store, "snap-1")) {
      assertThatThrownBy(() -> begin(second, "snap-1")).isInstanceOf(StowageException.InUse.class);
      assertThatThrownBy(() -> second.abandon("snap-1")).isInstanceOf(StowageException.InUse.class);
      one.put(0, Chunks.buffer(1));
      var first = one.commit();
      long before = packBytes();
      try (var two = begin(second, "snap-2")) {
        two.put(0, Chunks.buffer(1));
        assertThat(two.storedBytes()).isZero();
        assertThat(Chunks.read(store, two.commit(), 0)).isEqualTo(Chunks.bytes(1));
      }
      assertThat(packBytes()).isEqualTo(before); // even the leaf is the same
      assertThat(Chunks.read(second, first, 0)).isEqualTo(Chunks.bytes(1));
      assertThat(second.snapshots()).containsExactly("snap-1", "snap-2");
    }
  }

  @Test
  void encryptedChunksShareWithinTheirKeyOnlyAndShowNothing() throws Exception {
    var key = store.keys().generate(store.keys().defaultKey());
    var text = new byte[ChunkStore.CHUNK];
    java.util.Arrays.fill(text, (byte) 'S');
    SnapshotManifest secret;
    try (var writer = store.begin("snap-1", SIZE, Optional.empty(), Optional.of(key))) {
      writer.put(0, ByteBuffer.wrap(text));
      writer.put(1, Chunks.buffer(1));
      writer.put(2, Chunks.buffer(1));
      secret = writer.commit();
    }
    var sha256 = MessageDigest.getInstance("SHA-256");
    assertThat(secret.digest(0)).contains(sha256.digest(text));
    assertThat(secret.name(0).bytes()).isNotEqualTo(sha256.digest(text));
    assertThat(Chunks.read(store, secret, 0)).isEqualTo(text);
    assertThat(Chunks.read(store, secret, 2)).isEqualTo(Chunks.bytes(1));
    assertThat(secret.storedBytes()).isLessThan(700 << 10);
    var plain = Chunks.snapshot(store, "snap-2", 10, Optional.empty(), 1);
    assertThat(plain.storedBytes()).isGreaterThan(ChunkStore.CHUNK);
    assertThat(secret.changed(plain)).containsExactly(0, 1, 2);
    assertThatThrownBy(() -> store.begin("snap-3", SIZE, Optional.of("snap-1"), Optional.empty()))
        .isInstanceOf(StowageException.InvalidArgument.class);
    try (var writer = store.begin("snap-3", SIZE, Optional.of("snap-1"), Optional.of(key))) {
      writer.put(1, Chunks.buffer(7));
      var child = writer.commit();
      assertThat(child.changed(secret)).containsExactly(1);
      assertThat(Chunks.read(store, child, 0)).isEqualTo(text);
    }
    Files.delete(root.resolve("keys").resolve(key.keyId()));
    var again = store.find("snap-1").orElseThrow();
    assertThatThrownBy(() -> Chunks.read(store, again, 0))
        .isInstanceOf(StowageException.NotFound.class);
  }

  @Test
  void wrongCallsAreRefused() {
    assertThatThrownBy(() -> begin(store, "../x"))
        .isInstanceOf(StowageException.InvalidArgument.class);
    assertThatThrownBy(() -> store.begin("snap-1", SIZE, Optional.of("snap-0"), Optional.empty()))
        .isInstanceOf(StowageException.NotFound.class);
    try (var writer = begin(store, "snap-1")) {
      assertThatThrownBy(() -> writer.put(0, ByteBuffer.allocate(ChunkStore.CHUNK + 1)))
          .isInstanceOf(StowageException.InvalidArgument.class);
      writer.put(0, ByteBuffer.wrap(new byte[] {1})); // it is of use still
      writer.commit();
      assertThatThrownBy(() -> writer.zero(0)).isInstanceOf(StowageException.WrongState.class);
    }
  }

  @Test
  void aPinKeepsTheManifest() {
    Chunks.snapshot(store, "snap-1", 10, Optional.empty(), 1);
    store.pin("vol-1", "snap-1");
    store.pin("vol-1", "snap-1");
    store.delete("snap-1");
    assertThat(Chunks.read(store, store.pinned("vol-1").orElseThrow(), 0))
        .isEqualTo(Chunks.bytes(1));
    store.unpin("vol-1");
    store.unpin("vol-1");
    assertThat(store.pinned("vol-1")).isEmpty();
    assertThatThrownBy(() -> store.pin("vol-2", "snap-1"))
        .isInstanceOf(StowageException.NotFound.class);
  }
}
