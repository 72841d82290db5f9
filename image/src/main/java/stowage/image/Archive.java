package stowage.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.layer.Imported;
import stowage.layer.LayerStore;
import stowage.layer.Lease;
import stowage.oci.Document;
import stowage.oci.LayerPath;
import stowage.oci.TarEntry;
import stowage.oci.TarReader;

/**
 * An image archive after its one pass: documents in memory, layers in the layer store, nothing on
 * the host. Which files are layers is told by their first bytes, since the list of them may come
 * last.
 */
final class Archive {
  private static final int ENTRIES_MAX = 100_000;
  private static final int DOCUMENTS_BYTES_MAX = 16 << 20;
  private static final int LINKS_MAX = 10;
  private static final int BLOCK = 512;

  /** What says which images there are; always kept, whatever else the archive holds. */
  private static final Set<String> LISTS =
      Set.of("manifest.json", "index.json", "repositories", "oci-layout");

  private static final Pattern BLOB = Pattern.compile("blobs/sha256/([0-9a-f]{64})");

  private final LayerStore layers;
  private final Lease lease;
  private final LoadSink sink;
  private final Map<String, Item> items = new HashMap<>();
  private long documentBytes;

  Archive(LayerStore layers, Lease lease, LoadSink sink) {
    this.layers = layers;
    this.lease = lease;
    this.sink = sink;
  }

  /** What one name of the archive is. */
  private sealed interface Item {
    /** A small file. */
    record Small(byte[] bytes) implements Item {}

    /** A layer, imported. */
    record Layer(Imported imported) implements Item {}

    /** Looked like a layer and is none: an error only if an image wants it. */
    record Broken(StowageException.Corrupt why) implements Item {}

    /** Another name of the archive, normalised. */
    record Link(String target) implements Item {}

    /** Neither a layer nor a document, or too large a one. */
    record Other() implements Item {}

    /** Nothing has that name. */
    record Absent() implements Item {}
  }

  /** Reads the archive to its end. */
  void read(InputStream in) throws IOException {
    var counted = new CountedStream(in);
    var tar = new TarReader(counted);
    int count = 0;
    for (var entry = first(tar, counted); entry.isPresent(); entry = tar.next()) {
      if (++count > ENTRIES_MAX) {
        throw new StowageException.Corrupt("archive has more than " + ENTRIES_MAX + " files", null);
      }
      take(entry.get(), tar);
    }
    if (count == 0) {
      throw new StowageException.Corrupt("unexpected EOF", null);
    }
    tar.drain();
  }

  private static Optional<TarEntry> first(TarReader tar, CountedStream in) throws IOException {
    try {
      return tar.next();
    } catch (StowageException.Corrupt e) {
      throw new StowageException.Corrupt(
          in.count() < BLOCK ? "unexpected EOF" : "archive/tar: invalid tar header", e);
    }
  }

  private void take(TarEntry entry, TarReader tar) throws IOException {
    String name = LayerPath.normalise(entry.name());
    switch (entry.type()) {
      case DIRECTORY -> {}
      case FILE -> items.put(name, file(name, entry, tar.data()));
      case SYMLINK -> items.put(name, new Item.Link(resolve(name, entry.link())));
      case HARD_LINK -> items.put(name, new Item.Link(LayerPath.normalise(entry.link())));
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO ->
          throw new StowageException.Corrupt(
              "archive entry %s is a %s: an image archive has files only"
                  .formatted(
                      entry.displayName(),
                      entry.type() == TarEntry.Type.FIFO ? "fifo" : "device"),
              null);
    }
  }

  /** Where a symlink leads, inside the archive; out of it is refused. */
  private static String resolve(String name, String target) {
    if (target.startsWith("/")) {
      throw leadsOut(name);
    }
    var path = new ArrayDeque<String>();
    var parts = (name.contains("/") ? name.substring(0, name.lastIndexOf('/') + 1) : "") + target;
    for (var part : parts.split("/")) {
      if (part.equals("..")) {
        if (path.pollLast() == null) {
          throw leadsOut(name);
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        path.addLast(part);
      }
    }
    return String.join("/", path);
  }

  private static StowageException leadsOut(String name) {
    return new StowageException.Corrupt(
        "archive entry %s: the symlink leads out of the archive".formatted(shown(name)), null);
  }

  private static String shown(String name) {
    return RegistryRefusal.plain(ByteStrings.text(name));
  }

  private Item file(String name, TarEntry entry, InputStream data) throws IOException {
    if (entry.isSparse()) {
      throw new StowageException.Corrupt(
          "archive entry %s is sparse".formatted(entry.displayName()), null);
    }
    byte[] head = data.readNBytes(BLOCK);
    if (isLayer(head, entry.size())) {
      var whole = new SequenceInputStream(new ByteArrayInputStream(head), data);
      return layer(name, entry, whole);
    }
    boolean listed = LISTS.contains(name);
    boolean fits =
        listed || isJson(head) && documentBytes + entry.size() <= DOCUMENTS_BYTES_MAX;
    if (entry.size() > Document.BYTES_MAX || !fits) {
      return new Item.Other();
    }
    documentBytes += listed ? 0 : entry.size();
    byte[] bytes = Arrays.copyOf(head, (int) entry.size());
    data.readNBytes(bytes, head.length, bytes.length - head.length);
    return new Item.Small(bytes);
  }

  private Item layer(String name, TarEntry entry, InputStream data) {
    String id = id(name);
    try {
      var imported =
          layers.add(
              data,
              Optional.empty(),
              lease,
              (part, status, current, total) ->
                  sink.tell(id, "Loading layer", current, entry.size()),
              id);
      return new Item.Layer(imported);
    } catch (StowageException.Corrupt e) {
      return new Item.Broken(e);
    }
  }

  /** Twelve digits to tell a layer by, from whichever part of its path has them. */
  private static String id(String name) {
    for (var part : name.split("/")) {
      if (part.matches("[0-9a-f]{64}.*")) {
        return part.substring(0, 12);
      }
    }
    return name.length() > 12 ? name.substring(0, 12) : name;
  }

  private static boolean isJson(byte[] head) {
    var text = new String(head, StandardCharsets.ISO_8859_1).stripLeading();
    return text.startsWith("{") || text.startsWith("[");
  }

  private static boolean isLayer(byte[] head, long size) {
    // Nothing at all is what some tools write for an empty layer.
    return size == 0 || Magic.isGzip(head) || Magic.isZstd(head) || isTar(head, size);
  }

  /** Whether it starts with a header whose checksum is right, or with the end of an empty tar. */
  private static boolean isTar(byte[] head, long size) {
    if (head.length < BLOCK || size < 2 * BLOCK) {
      return false;
    }
    int sum = 0;
    boolean zero = true;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : head[i] & 0xff;
      zero &= head[i] == 0;
    }
    return zero || sum == octal(head);
  }

  private static int octal(byte[] head) {
    int value = 0;
    for (int i = 148; i < 156; i++) {
      if (head[i] >= '0' && head[i] <= '7') {
        value = value * 8 + head[i] - '0';
      } else if (value > 0) {
        break;
      }
    }
    return value;
  }

  /** The document of that name, if there is one. */
  Optional<byte[]> document(String text) {
    return switch (find(text)) {
      case Item.Small small -> Optional.of(checked(text, small.bytes()));
      case Item.Other other ->
          throw new StowageException.Corrupt(
              "archive entry %s is no JSON of at most %d bytes, or there are too many"
                  .formatted(shown(text), Document.BYTES_MAX),
              null);
      case Item.Layer layer ->
          throw new StowageException.Corrupt(
              "archive entry %s is a layer, not a document".formatted(shown(text)), null);
      case Item.Broken broken -> throw broken.why();
      case Item.Link loop -> Optional.empty();
      case Item.Absent absent -> Optional.empty();
    };
  }

  byte[] require(String text) {
    return document(text)
        .orElseThrow(
            () ->
                new StowageException.Corrupt("archive has no file " + shown(text), null));
  }

  /** The layer of that name, if there is one. */
  Optional<Imported> layer(String text) {
    return switch (find(text)) {
      case Item.Layer layer -> Optional.of(checked(text, layer.imported()));
      case Item.Broken broken -> throw broken.why();
      case Item.Small small ->
          throw new StowageException.Corrupt(
              "archive entry %s is not a layer".formatted(shown(text)), null);
      case Item.Other other ->
          throw new StowageException.Corrupt(
              "archive entry %s is not a layer".formatted(shown(text)), null);
      case Item.Link loop -> Optional.empty();
      case Item.Absent absent -> Optional.empty();
    };
  }

  /** Names that say a digest keep it. */
  private static byte[] checked(String text, byte[] bytes) {
    requireDigest(text, Digest.of(bytes));
    return bytes;
  }

  private static Imported checked(String text, Imported imported) {
    requireDigest(text, imported.blobDigest());
    return imported;
  }

  private static void requireDigest(String text, Digest actual) {
    var blob = BLOB.matcher(LayerPath.normalise(ByteStrings.ofText(text)));
    if (blob.matches() && !blob.group(1).equals(actual.hex())) {
      throw new StowageException.Corrupt(
          "archive entry %s has the digest %s".formatted(shown(text), actual), null);
    }
  }

  private Item find(String text) {
    String name = LayerPath.normalise(ByteStrings.ofText(text));
    Item item = items.getOrDefault(name, new Item.Absent());
    for (int i = 0; i < LINKS_MAX && item instanceof Item.Link link; i++) {
      item = items.getOrDefault(link.target(), new Item.Absent());
    }
    return item;
  }
}
