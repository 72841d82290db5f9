package stowage.chunk;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stowage.store.Publish;
import stowage.store.StagedFile;

/**
 * A pack that is being written: objects one after another, then their index, then the name. Not for
 * several threads at once; {@link #seal} may run while others ask {@link #find}.
 */
final class PackWriter implements AutoCloseable {
  /** So that a line's number fits in 16 bits. */
  static final int OBJECTS_MAX = 1 << 15;

  private final String name;
  private final StagedFile file;
  private final Map<Name, Entry> entries = new HashMap<>();

  PackWriter(Publish publish, String name) {
    this.name = name;
    file = publish.file();
    file.write(Pack.header());
  }

  /** Appends an object, header and all. */
  Entry append(ByteBuffer object) {
    var entry = Entry.readHeader(object, object.position(), Math.toIntExact(file.size()));
    assert entry != null && object.remaining() == Entry.HEADER_BYTES + entry.stored();
    file.write(object);
    entries.put(entry.name(), entry);
    return entry;
  }

  Entry find(Name object) {
    return entries.get(object);
  }

  /** The lines of its index. */
  List<Entry> sorted() {
    return entries.values().stream().sorted(Comparator.comparing(Entry::name)).toList();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  boolean isFull(long packBytes) {
    return file.size() >= packBytes || entries.size() >= OBJECTS_MAX;
  }

  /** Completes it; durable and visible when this returns. */
  Pack seal() {
    var sorted = sorted();
    long indexOffset = file.size();
    file.write(Pack.index(sorted, indexOffset));
    var pack = new Pack(name, file.size(), indexOffset, sorted.size(), null);
    if (!file.publish(Pack.FOLDER + "/" + name)) {
      throw new AssertionError("a pack's name is given once: " + name);
    }
    return pack;
  }

  @Override
  public void close() {
    file.close();
  }
}
