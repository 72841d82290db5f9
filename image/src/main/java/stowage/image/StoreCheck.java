package stowage.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException.InvalidArgument;
import stowage.layer.Layer;
import stowage.layer.LayerStore;
import stowage.store.Records;
import stowage.store.Records.Change;

/**
 * Reads what is stored again and compares it with its digests; what is damaged is fetched again
 * from where it came, or reported with the images it hurts.
 *
 * <p>After each layer the place is recorded (kind {@code check}, id {@code place}), so that a check
 * that was interrupted can go on there.
 */
public final class StoreCheck {
  private static final String KIND = "check";
  private static final String PLACE = "place";

  private final Records records;
  private final LayerStore layers;
  private final Images images;

  /** A check of the layers of these images. */
  public StoreCheck(Records records, LayerStore layers, Images images) {
    this.records = records;
    this.layers = layers;
    this.images = images;
  }

  /**
   * Which layers to check: part {@code number} of {@code count}; a layer is always in the same
   * part.
   *
   * @param number 1 to {@code count}
   */
  public record Subset(int number, int count) {
    /** All layers. */
    public static final Subset ALL = new Subset(1, 1);

    public Subset {
      if (count < 1 || count > 1000 || number < 1 || number > count) {
        throw wrong(number + "/" + count);
      }
    }

    /** Parses {@code 2/7}; empty is all. */
    public static Subset parse(String text) {
      if (text.isEmpty()) {
        return ALL;
      }
      if (!text.matches("\\d{1,4}/\\d{1,4}")) {
        throw wrong(text);
      }
      int slash = text.indexOf('/');
      return new Subset(
          Integer.parseInt(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    private static InvalidArgument wrong(String text) {
      return new InvalidArgument("subset", text, "N/M with 1 <= N <= M <= 1000");
    }

    boolean has(Digest diffId) {
      return Integer.parseInt(diffId.hex().substring(0, 7), 16) % count == number - 1;
    }
  }

  /**
   * A layer, or an image's config or manifest, that was not what was stored.
   *
   * @param diffId its digest
   * @param what in which way
   * @param images the names of those it is in, or their ids
   * @param mended whether it has been fetched again
   */
  public record Damaged(Digest diffId, String what, List<String> images, boolean mended) {}

  /** What a check found. */
  public record Report(long layers, long bytes, List<Damaged> damaged, List<Digest> rebuilt) {}

  /**
   * Checks.
   *
   * @param resume goes on behind the layer where an interrupted check was
   * @param progress told each layer as it is read
   */
  public Report check(Subset subset, boolean resume, Progress progress) {
    var from = resume ? place() : Optional.<Digest>empty();
    long count = 0;
    long bytes = 0;
    var damaged = new ArrayList<>(images.checkDocuments());
    var rebuilt = new ArrayList<Digest>();
    for (var diffId : layers.list().stream().map(Layer::diffId).sorted().toList()) {
      if (!subset.has(diffId) || from.filter(f -> diffId.compareTo(f) <= 0).isPresent()) {
        continue;
      }
      var report = layers.check(List.of(diffId), Optional.empty(), progress);
      count += report.layers();
      bytes += report.bytes();
      rebuilt.addAll(report.repaired());
      for (var damage : report.damaged()) {
        boolean mended = images.heal(diffId, progress);
        damaged.add(new Damaged(diffId, damage.what(), names(diffId), mended));
      }
      records.commit(new Change.Put(KIND, PLACE, Map.of("diffId", diffId.toString())));
    }
    records.commit(new Change.Delete(KIND, PLACE));
    return new Report(count, bytes, damaged, rebuilt);
  }

  private Optional<Digest> place() {
    return records.find(KIND, PLACE).flatMap(p -> p.string("diffId")).map(Digest::parse);
  }

  private List<String> names(Digest diffId) {
    var names = new ArrayList<String>();
    for (var image : images.withLayer(diffId)) {
      names.addAll(image.tags().isEmpty() ? List.of(image.id().toString()) : image.tags());
    }
    return names;
  }
}
