package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import stowage.base.ByteStrings;
import stowage.base.Digest;
import stowage.base.Ids;
import stowage.base.StowageException;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.Unsupported;
import stowage.image.Image;
import stowage.image.Images;
import stowage.layer.Active;
import stowage.layer.Node;
import stowage.layer.Tree;
import stowage.oci.ImageConfig;

/** Makes containers: a name, a record, a writable layer, volumes. All of it or nothing. */
final class Creator {
  private final Host host;
  private final Images images;
  private final Roster roster;
  private final Tales tales;

  Creator(Host host, Images images, Roster roster, Tales tales) {
    this.host = host;
    this.images = images;
    this.roster = roster;
    this.tales = tales;
  }

  Created create(ContainerSpec asked, String name) {
    String checkedName = name.isEmpty() ? "" : Names.checked(name);
    Image image = images.require(asked.image());
    ImageConfig config = image.config();
    var spec = SpecMerge.complete(asked, config);
    var warnings = new ArrayList<>(SpecCheck.check(spec));
    checkHost(spec, warnings);
    checkWorkingDir(image.diffIds(), spec.program().workingDir());
    var plan = plan(asked.storage(), config);
    String id = Ids.random();
    if (checkedName.isEmpty()) {
      checkedName = roster.reserveRandom(id);
    } else {
      roster.reserve(checkedName, id);
    }
    try {
      return create(id, checkedName, spec, image, plan, warnings);
    } catch (StowageException e) {
      roster.free(checkedName, id);
      throw e;
    }
  }

  private Created create(
      String id,
      String name,
      ContainerSpec spec,
      Image image,
      MountPlan plan,
      List<String> warnings) {
    List<Digest> chain = image.diffIds();
    List<Digest> whole = host.stubs().over(chain);
    String holder = "container:" + id;
    host.layers().hold(holder, whole);
    List<Mount> claimed = List.of();
    var prepared = CompletableFuture.<Active>completedFuture(null);
    try {
      makeDirectory(id);
      // Beside the record, for both wait for the disk; a start makes it anew should it be lost.
      prepared =
          CompletableFuture.supplyAsync(
              () -> host.layers().prepare(id, whole), Thread::startVirtualThread);
      if (!plan.mounts().isEmpty()) {
        var owner = ImageUser.owner(host.layers(), chain, spec.program());
        var claim = host.mounts().claim(new MountApplier.Subject(prepared.join(), owner), plan);
        claimed = claim.mounts();
        warnings.addAll(claim.warnings());
      }
      var container =
          new Container(
              id,
              name,
              spec.with(spec.storage().understood(claimed)),
              image.id(),
              chain,
              host.time().now(),
              State.Created.FRESH,
              0,
              warnings,
              ContainerJson.files(host.directory(id)));
      roster.write(container, false);
      prepared.join();
      roster.adopt(container, false);
      tales.tell(container, "create");
      return new Created(id, warnings);
    } catch (StowageException e) {
      undo(id, whole, prepared, claimed, e);
      throw e;
    } catch (CompletionException e) {
      var why = (StowageException) e.getCause();
      undo(id, whole, prepared, claimed, why);
      throw why;
    }
  }

  private void undo(
      String id,
      List<Digest> chain,
      CompletableFuture<Active> prepared,
      List<Mount> claimed,
      StowageException why) {
    try {
      prepared.handle((_, _) -> true).join();
      roster.forget(id);
      if (!claimed.isEmpty()) {
        host.mounts().release(id, claimed, true);
      }
      host.layers().remove(host.layers().prepare(id, chain));
      host.layers().release("container:" + id);
      Trees.delete(host.directory(id));
    } catch (StowageException e) {
      why.addSuppressed(e);
    }
  }

  private void makeDirectory(String id) {
    try {
      Files.createDirectories(host.directory(id));
    } catch (IOException e) {
      throw new Failed("directory of container %s: %s".formatted(id, e.getMessage()), e);
    }
  }

  private MountPlan plan(Storage storage, ImageConfig config) {
    var asked = storage.asked();
    var volumes = new LinkedHashSet<>(asked.volumes());
    for (Mount mount : storage.mounts()) {
      volumes.remove(mount.target());
    }
    config.volumes().stream()
        .filter(target -> storage.mounts().stream().noneMatch(m -> m.target().equals(target)))
        .forEach(volumes::add);
    var request =
        new MountRequest(
            asked.binds(),
            asked.mounts(),
            asked.tmpfs(),
            volumes,
            asked.volumesFrom(),
            asked.volumeDriver());
    var parsed = MountPlan.of(request, this::mountsOf);
    if (storage.mounts().isEmpty()) {
      return parsed;
    }
    var all = new ArrayList<>(parsed.mounts());
    all.addAll(storage.mounts());
    return new MountPlan(all);
  }

  private List<Mount> mountsOf(String name) {
    return roster
        .find(name)
        // Not NotFound: for the stock CLI that means the image, and it would pull.
        .orElseThrow(() -> new InvalidArgument("No such container: " + name))
        .container()
        .spec()
        .storage()
        .mounts();
  }

  private void checkHost(ContainerSpec spec, List<String> warnings) {
    if (spec.lifecycle().init() && host.facts().initBinary().isEmpty()) {
      throw new Unsupported(
          "--init needs a static init on the host: install the package tini or catatonit");
    }
    var own = OwnLimits.read();
    for (Ulimit ulimit : spec.limits().ulimits()) {
      if (own.exceeds(ulimit)) {
        warnings.add(
            "ulimit %s is lowered to %d, the agent's own limit"
                .formatted(ulimit.name(), own.hard().get(ulimit.name())));
      }
    }
    warnings.addAll(Resources.ignored(spec.limits(), host.facts()));
    Resources.of(spec, host.facts());
    Devices.of(spec.security());
  }

  /** A working directory is one of the image, or is not there at all and will be made. */
  private void checkWorkingDir(List<Digest> chain, String workingDir) {
    if (workingDir.isEmpty() || workingDir.equals("/")) {
      return;
    }
    try (Tree tree = host.layers().tree(chain)) {
      String real =
          WorkingDir.check(
              ByteStrings.ofText(workingDir),
              path ->
                  tree.lookup(path)
                      .filter(node -> node.kind() == Node.Kind.SYMLINK)
                      .map(Node::target));
      var node = tree.lookup(real);
      if (node.isPresent() && node.get().kind() != Node.Kind.DIRECTORY) {
        throw new Failed(
            "Cannot mkdir: %s is not a directory".formatted(Paths.clean(workingDir)), null);
      }
    }
  }
}
