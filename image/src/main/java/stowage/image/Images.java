package stowage.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Events;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.layer.LayerStore;
import stowage.oci.Platform;
import stowage.oci.Reference;
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
  private final Registries registries;
  private final Downloads downloads;

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
    this.registries = new Registries(settings, patience, time);
    this.downloads = new Downloads(layers);
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
    var wanted = Reference.parse(reference).orLatest();
    var target = platform.map(Platform::parse).orElseGet(Platform::host);
    try {
      var registry = registries.connect(wanted.repository(), auth);
      var pulled = puller().pull(registry, wanted, target, progress);
      finish(pulled.isNew(), wanted.familiar(), progress);
      return told(pulled, wanted, platform.map(p -> target), progress);
    } catch (IOException e) {
      throw Refusals.ofPull(wanted, e);
    }
  }

  private Puller puller() {
    return new Puller(catalog, layers, downloads, registries.settings());
  }

  private static void finish(boolean isNew, String name, Progress progress) {
    String what = isNew ? "Downloaded newer image for " : "Image is up to date for ";
    progress.tell("", "Status: " + what + name, 0, 0);
  }

  private Image told(
      Puller.Pulled pulled, Reference name, Optional<Platform> wanted, Progress progress) {
    tales.moved("pull", pulled.image(), name);
    var image = require(pulled.image().toString());
    var platform = image.config().platform();
    if (wanted.isPresent() && !suits(platform.normalised(), wanted.get())) {
      progress.tell(
          "",
          ("WARNING: image with reference %s was found but its platform (%s) does not match the"
                  + " specified platform (%s)")
              .formatted(
                  name.familiar(), platform, wanted.get()),
          0,
          0);
    }
    return image;
  }

  private static boolean suits(Platform have, Platform wanted) {
    return have.os().equals(wanted.os())
        && have.architecture().equals(wanted.architecture())
        && (wanted.variant().isEmpty() || have.variant().equals(wanted.variant()));
  }

  /** Fetches every tag of a repository. */
  public List<Image> pullAll(
      String repository, Optional<String> platform, RegistryAuth auth, Progress progress) {
    var name = Reference.parse(repository).repository();
    var target = platform.map(Platform::parse).orElseGet(Platform::host);
    var images = new ArrayList<Image>();
    boolean anyNew = false;
    try {
      var registry = registries.connect(name, auth);
      for (var tag : registry.tags()) {
        var wanted = name.withTag(tag);
        var pulled = puller().pull(registry, wanted, target, progress);
        anyNew |= pulled.isNew();
        images.add(told(pulled, wanted, platform.map(p -> target), progress));
      }
    } catch (IOException e) {
      throw Refusals.ofPull(name, e);
    }
    finish(anyNew, name.familiar(), progress);
    return images;
  }

  /**
   * Sends a repository's tag, or all of its tags when {@code tag} is absent, to its registry.
   *
   * @param repository "host:5000/app"; NotFound when no such tag is here
   */
  public void push(String repository, Optional<String> tag, RegistryAuth auth, PushSink sink) {
    var name = Reference.parse(repository).repository();
    var compression = registries.settings().pushCompression();
    var pusher = new Pusher(catalog, layers, tales, compression);
    sink.tell("", "The push refers to repository [" + name.name() + "]", 0, 0);
    var wanted = pusher.wanted(name, tag);
    try {
      pusher.push(registries.connect(name, auth), wanted, sink);
    } catch (IOException e) {
      throw Refusals.ofPush(e);
    }
  }

  /** Asks the registry {@code auth} is for whether it takes it; Denied when not. */
  public Login login(RegistryAuth auth) {
    try {
      var registry = registries.connect(Registries.ofServer(auth.serverAddress()), auth);
      registry.login();
      return new Login("Login Succeeded", registry.authorizer().identityToken());
    } catch (IOException e) {
      throw Refusals.ofLogin(e);
    }
  }

  /** The images that have this layer: whom a damaged layer hurts. */
  public List<Image> withLayer(Digest diffId) {
    return catalog.now().images().values().stream()
        .filter(image -> image.diffIds().contains(diffId))
        .map(lister::image)
        .toList();
  }

  /** Fetches a damaged layer again from where its images came from; whether that worked. */
  public boolean heal(Digest diffId, Progress progress) {
    return new Healer(catalog, layers, registries, downloads).heal(diffId, progress);
  }
}
