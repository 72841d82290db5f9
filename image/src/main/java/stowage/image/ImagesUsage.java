package stowage.image;

import java.util.Map;
import stowage.base.Digest;

/**
 * How much space images take.
 *
 * @param layersBytes the bytes of the files in all layers of all images, each layer once
 * @param sharedBytes by image id, the bytes in layers that another image has too
 */
public record ImagesUsage(long layersBytes, Map<Digest, Long> sharedBytes) {
  public ImagesUsage {
    sharedBytes = Map.copyOf(sharedBytes);
  }
}
