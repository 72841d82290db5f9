package stowage.image;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.base.StowageException;

/**
 * The images of this host: found, made, named and removed.
 *
 * <p>Names: wherever a {@code name} is asked for, it is a reference ("debian", "debian:12",
 * "debian@sha256:..."), an id ({@code sha256:} and 64 digits, or the digits) or a prefix of one that
 * only one image has. A reference wins over an id. Any number of threads may call at once. What a
 * method returned from is durable.
 */
public final class Images {
  Images() {}

  /** At start: takes hold of every image's layers and forgets what a crash left half made. */
  public void recover() {
    throw new StowageException.Unsupported("recover");
  }

  /** The image, if there is one of that name. */
  public Optional<Image> find(String name) {
    throw new StowageException.Unsupported("find");
  }

  /** The image; NotFound "No such image: debian:12" otherwise. */
  public Image require(String name) {
    throw new StowageException.Unsupported("require");
  }

  /** The image by its whole id, if it is here. */
  public Optional<Image> byId(Digest id) {
    throw new StowageException.Unsupported("byId");
  }

  /** All images, newest first. */
  public List<Image> list() {
    throw new StowageException.Unsupported("list");
  }

  /**
   * The images that match, newest first.
   *
   * @param filters Docker's: dangling, label, label!, before, since, until, reference; any other is
   *     InvalidArgument "invalid filter 'x'"
   * @param all whether images without a tag that others were committed from are listed too
   */
  public List<Image> list(Map<String, List<String>> filters, boolean all) {
    throw new StowageException.Unsupported("list");
  }

  /** Points {@code target} at the image, taking it from another image if it has it. */
  public void tag(String name, String target) {
    throw new StowageException.Unsupported("tag");
  }

  /**
   * Removes a reference, and the image with its last one, by Docker's rules; InUse in Docker's words
   * when a container or another reference stands against it.
   *
   * @param prune whether untagged parents nobody uses go too
   */
  public List<Removal> remove(String name, boolean force, boolean prune, UsedBy users) {
    throw new StowageException.Unsupported("remove");
  }

  /** Removes what nobody uses; filters: dangling (true when absent), until, label, label!. */
  public Pruned prune(Map<String, List<String>> filters, UsedBy users) {
    throw new StowageException.Unsupported("prune");
  }

  /** How the image came to be, newest step first. */
  public List<HistoryEntry> history(String name) {
    throw new StowageException.Unsupported("history");
  }

  /** What images take on disk, and what they share. */
  public ImagesUsage usage() {
    throw new StowageException.Unsupported("usage");
  }

  /**
   * Loads the images of an archive: docker-archive or OCI layout in a tar, plain, gzip or zstd; read
   * once, front to back. Layers already here are checked, and replaced when damaged. Images told to
   * the sink stay when a later one fails.
   */
  public void load(InputStream archive, LoadSink sink) {
    throw new StowageException.Unsupported("load");
  }

  /**
   * Writes the images as one archive that is both docker-archive and OCI layout. Nothing is written
   * before every name is found; the same images give the same bytes. A name without tag and digest
   * saves every tag of the repository.
   */
  public void save(List<String> names, OutputStream out) {
    throw new StowageException.Unsupported("save");
  }

  /**
   * Makes an image of one layer from a tar (plain, gzip or zstd).
   *
   * @param changes Dockerfile lines: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ...
   * @param platform "os[/arch[/variant]]"; this host's when absent
   */
  public Image importTar(
      InputStream tar,
      Optional<String> reference,
      List<String> changes,
      String message,
      Optional<String> platform) {
    throw new StowageException.Unsupported("importTar");
  }

  /** Makes an image from a container's changes. */
  public Image commit(CommitRequest request) {
    throw new StowageException.Unsupported("commit");
  }

  /**
   * Fetches an image from its registry and tells each step in Docker's words.
   *
   * @param reference "debian" (means :latest), "debian:12" or "debian@sha256:..."
   * @param platform "linux/arm64"; this host's when absent
   */
  public Image pull(
      String reference, Optional<String> platform, RegistryAuth auth, Progress progress) {
    throw new StowageException.Unsupported("pull");
  }

  /** Fetches every tag of a repository. */
  public List<Image> pullAll(
      String repository, Optional<String> platform, RegistryAuth auth, Progress progress) {
    throw new StowageException.Unsupported("pullAll");
  }

  /**
   * Sends a repository's tag, or all of its tags when {@code tag} is absent, to its registry.
   *
   * @param repository "host:5000/app"; NotFound when no such tag is here
   */
  public void push(
      String repository, Optional<String> tag, RegistryAuth auth, PushSink sink) {
    throw new StowageException.Unsupported("push");
  }

  /** Asks the registry {@code auth} is for whether it takes it; Denied when not. */
  public Login login(RegistryAuth auth) {
    throw new StowageException.Unsupported("login");
  }

  /** The images that have this layer: whom a damaged layer hurts. */
  public List<Image> withLayer(Digest diffId) {
    throw new StowageException.Unsupported("withLayer");
  }

  /** Fetches a damaged layer again from where its image came from; whether that worked. */
  public boolean heal(Digest diffId, Progress progress) {
    throw new StowageException.Unsupported("heal");
  }
}
