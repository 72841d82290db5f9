package stowage.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Events;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.layer.LayerStore;
import stowage.store.Blobs;
import stowage.store.Records;

/**
 * The images of this host: found, made, named and removed.
 *
 * <p>Names: wherever a {@code name} is asked for, it is a reference ("debian", "debian:12",
 * "debian@sha256:..."), an id ({@code sha256:} and 64 digits, or the digits) or a prefix of one
 * that only one image has. A reference wins over the start of an id. Any number of threads may call
 * at once. What a method returned from is durable.
 */
public final class Images {
  private final Catalog catalog;
  private final Time time;
  private final Tales tales;
  private final LayerStore layers;
  private final Lister lister;
  private final Remover remover;
  private final Remote remote;
  private final Healer healer;

  /** The images recorded in {@code records}; call {@link #recover} before anything else. */
  public Images(
      Records records,
      Blobs blobs,
      LayerStore layers,
      Events events,
      Time time,
      RegistrySettings settings) {
    this(records, blobs, layers, events, time, settings, Patience.DEFAULT);
  }

  Images(
      Records records,
      Blobs blobs,
      LayerStore layers,
      Events events,
      Time time,
      RegistrySettings settings,
      Patience patience) {
    this.catalog = new Catalog(records, blobs, layers);
    this.time = time;
    this.layers = layers;
    this.tales = new Tales(catalog, events);
    this.lister = new Lister(catalog, layers);
    this.remover = new Remover(catalog, tales);
    var registries = new Registries(settings, patience, time);
    var downloads = new Downloads(layers);
    this.remote = new Remote(catalog, layers, tales, registries, downloads);
    this.healer = new Healer(catalog, layers, registries, downloads);
  }

  /**
   * At start: takes hold of every image's layers and removes blobs that no image names. The layers
   * nobody holds are removed by {@link LayerStore#sweep}, once containers hold theirs too.
   */
  public void recover() {
    catalog.recover();
  }

  /** The image, if there is one of that name. */
  public Optional<Image> find(String name) {
    return Names.find(catalog.now(), name).map(lister::image);
  }

  /** The image; NotFound "No such image: debian:12" otherwise. */
  public Image require(String name) {
    return lister.image(Names.require(catalog.now(), name));
  }

  /** The image by its whole id, if it is here. */
  public Optional<Image> byId(Digest id) {
    return catalog.now().find(id).map(lister::image);
  }

  /** All images, newest first. */
  public List<Image> list() {
    return list(Map.of(), true);
  }

  /**
   * The images that match, newest first, each with those of its references that match.
   *
   * @param filters Docker's: dangling, label, label!, before, since, until, reference; any other is
   *     InvalidArgument "invalid filter 'x'"
   * @param all whether images without a reference that others were committed from are listed too
   */
  public List<Image> list(Map<String, List<String>> filters, boolean all) {
    return lister.list(Filters.forList(catalog, time, filters), all);
  }

  /** Points {@code target} at the image, taking it from another image if it has it. */
  public void tag(String name, String target) {
    var reference = Maker.target(target);
    var image =
        catalog
            .change(
                draft -> {
                  var entry = Names.require(draft.view(), name);
                  draft
                      .view()
                      .find(reference.toString())
                      .filter(other -> !other.id().equals(entry.id()))
                      .ifPresent(other -> draft.put(other.without(reference)));
                  draft.put(entry.with(reference).taggedAt(time.now()));
                  return entry.id();
                })
            .result();
    tales.tagged(image, reference);
  }

  /**
   * Removes a reference, and the image with its last one, by Docker's rules; InUse in Docker's
   * words when a container or another reference stands against it.
   *
   * @param prune whether parents without a reference that nobody uses go too
   */
  public List<Removal> remove(String name, boolean force, boolean prune, UsedBy users) {
    return remover.remove(name, force, prune, users);
  }

  /** Removes what nobody uses; filters: dangling (true when absent), until, label, label!. */
  public Pruned prune(Map<String, List<String>> filters, UsedBy users) {
    var pruned =
        new Pruner(catalog, layers, remover)
            .prune(Filters.forPrune(catalog, time, filters), users);
    tales.pruned(pruned.reclaimedBytes());
    return pruned;
  }

  /** How the image came to be, newest step first. */
  public List<HistoryEntry> history(String name) {
    return lister.history(Names.require(catalog.now(), name));
  }

  /** What images take on disk, and what they share. */
  public ImagesUsage usage() {
    return lister.usage();
  }

  /**
   * Loads the images of an archive: docker-archive or OCI layout in a tar, plain, gzip or zstd;
   * read once, front to back. Layers already here are checked, and replaced when damaged. Images
   * told to the sink stay when a later one fails.
   */
  public void load(InputStream archive, LoadSink sink) {
    try {
      new Loader(catalog, layers, tales).load(archive, sink);
    } catch (IOException e) {
      throw new StowageException.Unavailable("cannot read the archive: " + e.getMessage(), e);
    }
  }

  /**
   * Writes the images as one archive that is both docker-archive and OCI layout. Nothing is written
   * before every name is found; the same images give the same bytes. A name without tag and digest
   * saves every tag of the repository.
   */
  public void save(List<String> names, OutputStream out) {
    try {
      new Saver(catalog, layers, tales).save(names, out);
    } catch (IOException e) {
      throw new StowageException.Unavailable("cannot write the archive: " + e.getMessage(), e);
    }
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
    var id = maker().importTar(tar, reference, changes, message, platform);
    return require(id.toString());
  }

  /** Makes an image from a container's changes. */
  public Image commit(CommitRequest request) {
    return require(maker().commit(request).toString());
  }

  private Maker maker() {
    return new Maker(catalog, layers, tales, time);
  }

  /**
   * Fetches an image from its registry and tells each step in Docker's words.
   *
   * @param reference "debian" (means :latest), "debian:12" or "debian@sha256:..."
   * @param platform "linux/arm64"; this host's when absent
   */
  public Image pull(
      String reference, Optional<String> platform, RegistryAuth auth, Progress progress) {
    return require(remote.pull(reference, platform, auth, progress).toString());
  }

  /** Fetches every tag of a repository. */
  public List<Image> pullAll(
      String repository, Optional<String> platform, RegistryAuth auth, Progress progress) {
    return remote.pullAll(repository, platform, auth, progress).stream()
        .map(id -> require(id.toString()))
        .toList();
  }

  /**
   * Sends a repository's tag, or all of its tags when {@code tag} is absent, to its registry.
   *
   * @param repository "host:5000/app"; NotFound when no such tag is here
   */
  public void push(String repository, Optional<String> tag, RegistryAuth auth, PushSink sink) {
    remote.push(repository, tag, auth, sink);
  }

  /** Asks the registry {@code auth} is for whether it takes it; Denied when not. */
  public Login login(RegistryAuth auth) {
    return remote.login(auth);
  }

  /** The images that have this layer: whom a damaged layer hurts. */
  public List<Image> withLayer(Digest diffId) {
    return catalog.now().images().values().stream()
        .filter(image -> image.diffIds().contains(diffId))
        .map(lister::image)
        .toList();
  }

  /** Reads configs and manifests again, and fetches anew what is not as it should be. */
  List<StoreCheck.Damaged> checkDocuments() {
    return healer.checkDocuments();
  }

  /** Fetches a damaged layer again from where its images came from; whether that worked. */
  public boolean heal(Digest diffId, Progress progress) {
    return healer.heal(diffId, progress);
  }
}
