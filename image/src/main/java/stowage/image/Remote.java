package stowage.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.Progress;
import stowage.layer.LayerStore;
import stowage.oci.Platform;
import stowage.oci.Reference;

/** Pull, push and login as a client sees them: connected, told step by step, refused in words. */
final class Remote {
  private final Catalog catalog;
  private final LayerStore layers;
  private final Tales tales;
  private final Registries registries;
  private final Downloads downloads;

  Remote(
      Catalog catalog,
      LayerStore layers,
      Tales tales,
      Registries registries,
      Downloads downloads) {
    this.catalog = catalog;
    this.layers = layers;
    this.tales = tales;
    this.registries = registries;
    this.downloads = downloads;
  }

  /** Fetches one image; see {@link Images#pull}. */
  Digest pull(
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

  private Digest told(
      Puller.Pulled pulled, Reference name, Optional<Platform> wanted, Progress progress) {
    tales.moved("pull", pulled.image(), name);
    var platform = catalog.config(pulled.image()).platform();
    if (wanted.isPresent() && !suits(platform.normalised(), wanted.get())) {
      progress.tell(
          "",
          ("WARNING: image with reference %s was found but its platform (%s) does not match the"
                  + " specified platform (%s)")
              .formatted(name.familiar(), platform, wanted.get()),
          0,
          0);
    }
    return pulled.image();
  }

  private static boolean suits(Platform have, Platform wanted) {
    return have.os().equals(wanted.os())
        && have.architecture().equals(wanted.architecture())
        && (wanted.variant().isEmpty() || have.variant().equals(wanted.variant()));
  }

  /** Fetches every tag; see {@link Images#pullAll}. */
  List<Digest> pullAll(
      String repository, Optional<String> platform, RegistryAuth auth, Progress progress) {
    var name = Reference.parse(repository).repository();
    var target = platform.map(Platform::parse).orElseGet(Platform::host);
    var images = new ArrayList<Digest>();
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

  /** Sends one tag or all; see {@link Images#push}. */
  void push(String repository, Optional<String> tag, RegistryAuth auth, PushSink sink) {
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

  /** Asks whether credentials are good; see {@link Images#login}. */
  Login login(RegistryAuth auth) {
    try {
      var registry = registries.connect(Registries.ofServer(auth.serverAddress()), auth);
      registry.login();
      return new Login("Login Succeeded", registry.authorizer().identityToken());
    } catch (IOException e) {
      throw Refusals.ofLogin(e);
    }
  }
}
