package stowage.image;

import java.time.Instant;
import java.util.List;

/**
 * One step of how an image came to be, newest first as {@link Images#history} lists them.
 *
 * @param id the image this step is the last of, {@code sha256:...}, or {@code <missing>}
 * @param createdBy the command
 * @param tags that image's tags in familiar form
 * @param sizeBytes the bytes of the files in the step's layer; 0 when it made none
 */
public record HistoryEntry(
    String id,
    Instant created,
    String createdBy,
    List<String> tags,
    long sizeBytes,
    String comment) {
  public HistoryEntry {
    tags = List.copyOf(tags);
  }
}
