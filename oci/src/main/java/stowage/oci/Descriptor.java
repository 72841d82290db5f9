package stowage.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import stowage.base.Digest;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/**
 * A pointer to a blob: what it is, its digest and its size, all of them claims until the bytes have
 * been read.
 *
 * <p>{@code urls} and {@code data} are not taken over: a blob comes from the registry or the layout
 * it was named in, and from nowhere a stranger says.
 *
 * @param mediaType one of {@link MediaTypes} or any other; never empty
 * @param digest of the blob's bytes
 * @param size of the blob in bytes, 0 or more
 * @param platform in an index: what the manifest is for
 * @param annotations free text by key
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">OCI
 *     image-spec, descriptor</a>
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Optional<Platform> platform,
    Map<String, String> annotations) {
  private static final int MEDIA_TYPE_MAX = 255;

  public Descriptor {
    Objects.requireNonNull(digest);
    Objects.requireNonNull(platform);
    assert !mediaType.isEmpty() && size >= 0;
    annotations = Map.copyOf(annotations);
  }

  public Descriptor(String mediaType, Digest digest, long size) {
    this(mediaType, digest, size, Optional.empty(), Map.of());
  }

  /** Reads one; what is wrong is an invalid argument, which the document's reader turns. */
  static Descriptor of(JsonObject json) {
    String mediaType = json.required("mediaType");
    if (mediaType.length() > MEDIA_TYPE_MAX) {
      throw new StowageException.InvalidArgument("mediaType longer than " + MEDIA_TYPE_MAX);
    }
    long size = json.number("size", -1);
    if (size < 0) {
      throw new StowageException.InvalidArgument("size", size, "0 or more");
    }
    return new Descriptor(
        mediaType,
        Digest.parse(json.required("digest")),
        size,
        json.object("platform").map(Platform::of),
        json.stringMap("annotations"));
  }

  static List<Descriptor> list(JsonObject json, String name, int limit) {
    List<JsonObject> objects = json.objects(name);
    if (objects.size() > limit) {
      throw new StowageException.InvalidArgument(
          name, objects.size() + " entries", "at most " + limit);
    }
    var list = new ArrayList<Descriptor>(objects.size());
    objects.forEach(object -> list.add(of(object)));
    return list;
  }

  /** As it stands in a manifest. */
  public Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("mediaType", mediaType);
    json.put("digest", digest.toString());
    json.put("size", size);
    if (!annotations.isEmpty()) {
      json.put("annotations", new TreeMap<>(annotations));
    }
    platform.ifPresent(p -> json.put("platform", p.json()));
    return json;
  }
}
