package stowage.image;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import stowage.base.Digest;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.oci.Reference;

/** Which image a user's word means. */
final class Names {
  private static final Pattern WHOLE_ID = Pattern.compile("(sha256:)?([0-9a-f]{64})");
  private static final Pattern PREFIX = Pattern.compile("(sha256:)?([0-9a-f]{1,64})");

  private Names() {}

  static Optional<Entry> find(Catalog.Snapshot images, String name) {
    var whole = WHOLE_ID.matcher(name);
    if (whole.matches()) {
      return images.find(new Digest(whole.group(2)));
    }
    var byReference = Reference.find(name).flatMap(reference -> find(images, reference));
    if (byReference.isPresent()) {
      return byReference;
    }
    var found = byPrefix(images, name);
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  /** With both tag and digest the digest decides, as everywhere. */
  static Optional<Entry> find(Catalog.Snapshot images, Reference reference) {
    var key =
        reference.digest().isPresent()
            ? reference.withDigest(reference.digest().get())
            : reference.orLatest();
    return images.find(key.toString());
  }

  static Entry require(Catalog.Snapshot images, String name) {
    return find(images, name).orElseThrow(() -> noSuch(images, name));
  }

  private static List<Entry> byPrefix(Catalog.Snapshot images, String name) {
    var prefix = PREFIX.matcher(name);
    if (!prefix.matches()) {
      return List.of();
    }
    return images.images().values().stream()
        .filter(e -> e.id().hex().startsWith(prefix.group(2)))
        .toList();
  }

  /** Whether {@code name} is the image's id or the start of it, and not a reference. */
  static boolean isId(Entry image, String name) {
    var prefix = PREFIX.matcher(name);
    return prefix.matches() && image.id().hex().startsWith(prefix.group(2));
  }

  private static StowageException noSuch(Catalog.Snapshot images, String name) {
    var whole = WHOLE_ID.matcher(name);
    String shown =
        whole.matches()
            ? "sha256:" + whole.group(2)
            : Reference.parse(name).orLatest().familiar();
    int many = byPrefix(images, name).size();
    String why = many > 1 ? " (%d images have an id that starts so)".formatted(many) : "";
    return new StowageException.NotFound(
        Resource.IMAGE, name, "No such image: " + shown + why);
  }

  /** The first 12 digits, as Docker shortens ids. */
  static String brief(Digest digest) {
    return digest.hex().substring(0, 12);
  }
}
