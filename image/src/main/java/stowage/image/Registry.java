package stowage.image;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import stowage.base.Digest;
import stowage.base.Json;
import stowage.base.StowageException;
import stowage.oci.Descriptor;
import stowage.oci.Document;
import stowage.oci.MediaTypes;
import stowage.oci.Reference;

/**
 * One repository in a registry, spoken to by the OCI distribution protocol. Nothing it answers is
 * believed: digests and sizes are compared with the bytes.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI
 *     distribution-spec</a>
 */
final class Registry {
  private static final int TAGS_ANSWER_MAX = 4 << 20;
  private static final int TAG_PAGES_MAX = 1000;
  private static final int TAGS_MAX = 100_000;
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");
  private static final String MANIFESTS =
      String.join(
          ", ",
          MediaTypes.DOCKER_MANIFEST,
          MediaTypes.DOCKER_LIST,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_SCHEMA1_SIGNED,
          MediaTypes.DOCKER_SCHEMA1);

  private final Wire wire;
  private final URI base;
  private final Reference repository;
  private final Authorizer authorizer;

  /** Over {@code base}, which ends in "/v2/". */
  Registry(Wire wire, URI base, Reference repository, RegistryAuth auth) {
    this.wire = wire;
    this.base = base;
    this.repository = repository;
    this.authorizer = new Authorizer(wire, base, auth);
  }

  /** A manifest or index as it came. */
  record Raw(byte[] bytes, Optional<String> contentType, Digest digest) {}

  Wire wire() {
    return wire;
  }

  Authorizer authorizer() {
    return authorizer;
  }

  Reference repository() {
    return repository;
  }

  String scope(String actions) {
    return "repository:" + repository.path() + ":" + actions;
  }

  /**
   * Asks whether anybody is there, and how it wants to be asked.
   *
   * @return false if this is not the way to talk to it: it wants TLS
   */
  boolean ping() throws IOException {
    try (var answer = wire.follow(Wire.Call.get(base, Map.of()))) {
      if (answer.status() == 401) {
        authorizer.learn(answer, List.of());
      }
      return answer.status() != 400 && answer.uri().getScheme().equals(base.getScheme());
    }
  }

  /** As {@link #ping}, with the credentials: refused ones are a RegistryRefusal. */
  void login() throws IOException {
    try (var answer = ask(Wire.Call.get(base, Map.of()), List.of())) {
      if (!answer.isOk()) {
        throw answer.refusal();
      }
    }
  }

  /**
   * Sends with what the registry wants as authorization, learning that from a 401 once; without if
   * it led us to another origin, as uploads may.
   */
  Answer ask(Wire.Call call, List<String> scopes) throws IOException {
    if (!Wire.isSameOrigin(call.uri(), base)) {
      return wire.send(call);
    }
    Answer answer = wire.send(call.with(authorizer.header(scopes)));
    if (answer.status() == 401 && authorizer.learn(answer, scopes)) {
      answer.close();
      return wire.send(call.with(authorizer.header(scopes)));
    }
    return answer;
  }

  URI uri(String rest) {
    return base.resolve(repository.path() + "/" + rest);
  }

  Raw manifest(String tagOrDigest) throws IOException {
    var call = Wire.Call.get(uri("manifests/" + tagOrDigest), Map.of("Accept", MANIFESTS));
    try (var answer = ask(call, List.of(scope("pull")))) {
      if (!answer.isOk()) {
        throw answer.refusal();
      }
      byte[] bytes = answer.bytes(Document.BYTES_MAX, "manifest");
      var digest = Digest.of(bytes);
      if (tagOrDigest.contains(":") && !tagOrDigest.equals(digest.toString())) {
        throw new Answer.Lie("manifest verification failed for digest " + tagOrDigest);
      }
      var told = answer.header("Docker-Content-Digest");
      if (told.isPresent() && !told.get().equals(digest.toString())) {
        throw new Answer.Lie(
            "manifest is %s, but its Docker-Content-Digest says %s"
                .formatted(digest, RegistryRefusal.plain(told.get())));
      }
      return new Raw(bytes, answer.header("Content-Type").map(Registry::mediaType), digest);
    }
  }

  private static String mediaType(String header) {
    return header.replaceFirst(";.*", "").strip();
  }

  /** The bytes of a small blob, as its descriptor says they are. */
  byte[] bytes(Descriptor blob, int max, String what) throws IOException {
    if (blob.size() > max) {
      throw new Answer.Lie("%s has %d bytes, more than %d".formatted(what, blob.size(), max));
    }
    try (var in = new BlobStream(this, blob)) {
      byte[] bytes = in.readAllBytes();
      if (!Digest.of(bytes).equals(blob.digest())) {
        throw new StowageException.Corrupt(what + " is not " + blob.digest(), null);
      }
      return bytes;
    }
  }

  /** Asks for a blob's bytes from {@code offset} on. */
  Answer blob(Digest digest, long offset) throws IOException {
    Map<String, String> headers =
        offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
    return ask(Wire.Call.get(uri("blobs/" + digest), headers), List.of(scope("pull")));
  }

  /** The tags of the repository, sorted as the registry has them. */
  List<String> tags() throws IOException {
    var tags = new LinkedHashSet<String>();
    var seen = new LinkedHashSet<URI>();
    Optional<URI> next = Optional.of(uri("tags/list"));
    while (next.isPresent()) {
      if (!seen.add(next.get()) || seen.size() > TAG_PAGES_MAX || tags.size() > TAGS_MAX) {
        throw new Answer.Lie("the list of tags does not end");
      }
      next = page(next.get(), tags);
    }
    return new ArrayList<>(tags);
  }

  private Optional<URI> page(URI at, LinkedHashSet<String> tags) throws IOException {
    try (var answer = ask(Wire.Call.get(at, Map.of()), List.of(scope("pull")))) {
      if (!answer.isOk()) {
        throw answer.refusal();
      }
      tags.addAll(Json.object(answer.bytes(TAGS_ANSWER_MAX, "tags"), "tags").strings("tags"));
      for (var link : answer.headers().allValues("Link")) {
        var match = NEXT.matcher(link);
        if (match.find()) {
          URI next = Wire.resolve(at, match.group(1));
          if (!Wire.isSameOrigin(next, base)) {
            throw new Answer.Lie("the list of tags goes on at another host: " + next.getHost());
          }
          return Optional.of(next);
        }
      }
      return Optional.empty();
    } catch (StowageException.InvalidArgument e) {
      throw new Answer.Lie("tags: " + RegistryRefusal.plain(e.getMessage()));
    }
  }
}
