package stowage.image;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.oci.ImageConfig;

/**
 * One image as it was when asked for; later changes do not show in it.
 *
 * @param id the digest of the config's bytes
 * @param config how to run it, what its layers are, how it came to be
 * @param tags the references with a tag, in familiar form ("debian:12"), sorted
 * @param repoDigests the references with a digest ("debian@sha256:..."), sorted
 * @param parent the image this one was committed from, if that is still here
 * @param created when it was made, by its own config; the epoch when that does not say
 * @param lastTagged when it last got a tag here; the epoch when never
 * @param sizeBytes the bytes of the files in all its layers
 */
public record Image(
    Digest id,
    ImageConfig config,
    List<String> tags,
    List<String> repoDigests,
    Optional<Digest> parent,
    Instant created,
    Instant lastTagged,
    long sizeBytes) {
  public Image {
    tags = List.copyOf(tags);
    repoDigests = List.copyOf(repoDigests);
  }

  /** The layers, lowest first. */
  public List<Digest> diffIds() {
    return config.diffIds();
  }

  /** Whether no reference points at it. */
  public boolean isDangling() {
    return tags.isEmpty() && repoDigests.isEmpty();
  }
}
