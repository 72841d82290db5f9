package stowage.image;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import stowage.base.Digest;
import stowage.base.JsonObject;
import stowage.oci.Descriptor;
import stowage.oci.Reference;

/**
 * What is recorded of one image, beside its config.
 *
 * @param references whole and normalised, with a tag or a digest
 * @param manifests digests of the manifests it came with, kept as blobs
 * @param sources where its layers are to be had, compressed
 */
record Entry(
    Digest id,
    List<Digest> diffIds,
    List<String> references,
    List<Digest> manifests,
    List<Source> sources,
    Optional<Digest> parent,
    Instant created,
    Instant lastTagged,
    long sizeBytes) {
  Entry {
    diffIds = List.copyOf(diffIds);
    references = List.copyOf(new TreeSet<>(references));
    manifests = List.copyOf(new TreeSet<>(manifests));
    sources = List.copyOf(new LinkedHashSet<>(sources));
  }

  /**
   * A layer's compressed form, as a registry has it.
   *
   * @param repository domain and path
   */
  record Source(Digest diffId, Descriptor blob, String repository) {}

  static Entry of(String id, JsonObject body) {
    return new Entry(
        new Digest(id),
        digests(body, "diffIds"),
        body.strings("references"),
        digests(body, "manifests"),
        body.objects("sources").stream().map(Entry::source).toList(),
        body.string("parent").map(Digest::parse),
        instant(body, "created"),
        instant(body, "lastTagged"),
        body.number("sizeBytes", 0));
  }

  private static List<Digest> digests(JsonObject body, String name) {
    return body.strings(name).stream().map(Digest::parse).toList();
  }

  private static Instant instant(JsonObject body, String name) {
    try {
      return body.string(name).map(Instant::parse).orElse(Instant.EPOCH);
    } catch (DateTimeException notWrittenByUs) {
      return Instant.EPOCH;
    }
  }

  private static Source source(JsonObject body) {
    return new Source(
        Digest.parse(body.required("diffId")),
        new Descriptor(
            body.required("mediaType"),
            Digest.parse(body.required("digest")),
            body.number("size", 0)),
        body.required("repository"));
  }

  Map<String, Object> body() {
    var body = new LinkedHashMap<String, Object>();
    body.put("diffIds", texts(diffIds));
    body.put("references", references);
    body.put("manifests", texts(manifests));
    body.put("sources", sources.stream().map(Entry::body).toList());
    parent.ifPresent(p -> body.put("parent", p.toString()));
    body.put("created", created.toString());
    body.put("lastTagged", lastTagged.toString());
    body.put("sizeBytes", sizeBytes);
    return body;
  }

  private static List<String> texts(List<Digest> digests) {
    return digests.stream().map(Digest::toString).toList();
  }

  private static Map<String, Object> body(Source source) {
    var body = new LinkedHashMap<String, Object>();
    body.put("diffId", source.diffId().toString());
    body.put("mediaType", source.blob().mediaType());
    body.put("digest", source.blob().digest().toString());
    body.put("size", source.blob().size());
    body.put("repository", source.repository());
    return body;
  }

  /** Who holds its layers in the layer store. */
  String holder() {
    return "image:" + id.hex();
  }

  /** The blobs that are its own: config and manifests. */
  List<Digest> blobs() {
    var blobs = new ArrayList<>(manifests);
    blobs.add(id);
    return blobs;
  }

  List<Reference> parsedReferences() {
    return references.stream().map(Reference::parse).toList();
  }

  Entry withReferences(Collection<String> newReferences) {
    return new Entry(
        id, diffIds, List.copyOf(newReferences), manifests, sources, parent, created, lastTagged,
        sizeBytes);
  }

  Entry with(Reference reference) {
    SequencedSet<String> more = new LinkedHashSet<>(references);
    more.add(reference.toString());
    return withReferences(more);
  }

  Entry without(Reference reference) {
    SequencedSet<String> fewer = new LinkedHashSet<>(references);
    fewer.remove(reference.toString());
    return withReferences(fewer);
  }

  Entry taggedAt(Instant when) {
    return new Entry(
        id, diffIds, references, manifests, sources, parent, created, when, sizeBytes);
  }

  Entry withParent(Digest newParent) {
    return new Entry(
        id, diffIds, references, manifests, sources, Optional.of(newParent), created, lastTagged,
        sizeBytes);
  }

  Entry withOrigin(Collection<Digest> moreManifests, Collection<Source> moreSources) {
    var allManifests = new ArrayList<>(manifests);
    allManifests.addAll(moreManifests);
    var allSources = new ArrayList<>(sources);
    allSources.addAll(moreSources);
    return new Entry(
        id, diffIds, references, allManifests, allSources, parent, created, lastTagged, sizeBytes);
  }
}
