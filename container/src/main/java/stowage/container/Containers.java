package stowage.container;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import stowage.base.Digest;
import stowage.base.Events;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.base.StowageException.WrongState;
import stowage.base.Time;
import stowage.image.Images;
import stowage.image.UsedBy;
import stowage.layer.LayerStore;
import stowage.layer.PathChange;
import stowage.store.Records;

/**
 * The containers of this host: made, run, watched and removed.
 *
 * <p>Wherever a {@code name} is asked for it is a container's name (with or without a slash before
 * it), its id, or the beginning of an id that only one container has; NotFound "No such container:
 * x" otherwise. Any number of threads may call at once: what takes long for one container never
 * holds up another one, nor a listing. A container's changes are durable when a method returns.
 *
 * <p>Containers outlive the agent: {@link #recover} finds them again, with what happened meanwhile.
 */
public final class Containers implements UsedBy, Archive.Roots, AutoCloseable {
  private final Host host;
  private final Records records;
  private final Images images;
  private final Roster roster;
  private final Tales tales;
  private final Creator creator;
  private final Remover remover;
  private final Ending ending;
  private final Runner runner;
  private final Stopper stopper;
  private final Execs execs;
  private final Changer changer;
  private final Outputs outputs;

  /**
   * The containers of these records.
   *
   * @param root the data root
   * @param run what is gone after a reboot: sockets, bundles, the runtime's state
   * @param runtimes names or paths of OCI runtimes, the first that works here is used
   */
  public Containers(
      Path root,
      Path run,
      Records records,
      LayerStore layers,
      Images images,
      MountApplier mounts,
      Events events,
      Time time,
      List<String> runtimes) {
    this.records = records;
    this.images = images;
    var found = new CompletableFuture<RuntimePicker.Found>();
    this.host =
        new Host(
            root,
            run,
            HostFacts.read(),
            found,
            layers,
            new Stubs(layers),
            mounts,
            events,
            time,
            new Background());
    this.roster = new Roster(records);
    this.tales = new Tales(events);
    this.creator = new Creator(host, images, roster, tales);
    this.remover = new Remover(host, roster, tales);
    this.ending = new Ending(host, roster, tales, remover);
    this.runner = new Runner(host, roster, tales, ending);
    this.stopper = new Stopper(host, roster, tales);
    this.execs = new Execs(host, roster, runner, tales);
    this.changer = new Changer(host, roster, tales);
    this.outputs = new Outputs(tales);
    // Looking for a runtime that works takes some 100 ms: an agent answers before that.
    Thread.ofPlatform()
        .daemon()
        .name("runtime-picker")
        .start(() -> find(new RuntimePicker(run, runtimes), found));
  }

  private static void find(RuntimePicker picker, CompletableFuture<RuntimePicker.Found> found) {
    try {
      found.complete(picker.find());
    } catch (StowageException e) {
      found.completeExceptionally(e);
    }
  }

  /**
   * At start, once: takes hold of the layers, finds the running containers and the ones that ended
   * meanwhile, undoes what a crash left half made or half removed, and starts what its policy says.
   */
  public void recover() {
    new Recovery(host, roster, ending, remover, runner).run(records);
  }

  /**
   * Makes a container; nothing runs yet. All or nothing, and durable when it returns.
   *
   * @param name empty: one is made up
   * @throws stowage.base.StowageException.NotFound if the image is not here
   * @throws stowage.base.StowageException.AlreadyExists if the name is taken
   * @throws stowage.base.StowageException.InvalidArgument if the spec makes no sense
   */
  public Created create(ContainerSpec spec, String name) {
    return creator.create(spec, name);
  }

  /** The container of that name. */
  public Container require(String name) {
    return roster.require(name).container();
  }

  /** The container of that name, if there is one. */
  public Optional<Container> find(String name) {
    return roster.find(name).map(Slot::container);
  }

  /** All containers, newest first. */
  public List<Container> list() {
    return roster.list();
  }

  @Override
  public List<User> usersOf(Digest image) {
    return roster.list().stream()
        .filter(c -> c.imageId().equals(image))
        .map(c -> new User(c.id(), c.state().isAlive() || c.state() instanceof State.Restarting))
        .toList();
  }

  /**
   * Starts it. When it cannot be started nothing stays mounted and nothing runs; the error is in
   * the runtime's words as Docker tells them.
   *
   * @return false if it was running already
   */
  public boolean start(String name) {
    return runner.start(roster.require(name));
  }

  /**
   * Stops it: the signal, and SIGKILL when that did not help in time.
   *
   * @param signal empty: the container's own
   * @param timeoutSeconds empty: the container's own; negative: no end
   * @return false if it was not running
   */
  public boolean stop(String name, String signal, OptionalInt timeoutSeconds) {
    return stopper.stop(roster.require(name), signal, timeoutSeconds);
  }

  /** Stops it if it runs, and starts it. */
  public void restart(String name, String signal, OptionalInt timeoutSeconds) {
    Slot slot = roster.require(name);
    beingRestarted(slot, true);
    try {
      stopper.stop(slot, signal, timeoutSeconds);
      runner.start(slot);
    } finally {
      beingRestarted(slot, false);
    }
    tales.tell(slot.container(), "restart");
  }

  private static void beingRestarted(Slot slot, boolean now) {
    slot.lock.lock();
    try {
      slot.beingRestarted(now);
    } finally {
      slot.lock.unlock();
    }
  }

  /** Sends a signal ("TERM", "SIGTERM", "15"; empty: KILL) to its first process. */
  public void kill(String name, String signal) {
    Slot slot;
    try {
      slot = roster.require(name);
    } catch (StowageException.NotFound e) {
      throw new StowageException.NotFound(
          e.resource(), name, "cannot kill container: %s: %s".formatted(name, e.getMessage()));
    }
    stopper.kill(slot, name, signal);
  }

  /** Freezes its processes. */
  public void pause(String name) {
    stopper.pause(roster.require(name));
  }

  /** Lets its processes go on. */
  public void unpause(String name) {
    stopper.unpause(roster.require(name));
  }

  /** Gives it another name. */
  public void rename(String name, String newName) {
    changer.rename(roster.require(name), newName);
  }

  /**
   * Changes limits and restart policy, of a running one at once.
   *
   * @param change from the limits it has to those it shall have
   * @return warnings
   */
  public List<String> update(
      String name, UnaryOperator<Limits> change, Optional<RestartPolicy> policy) {
    return changer.update(roster.require(name), change, policy);
  }

  /**
   * Removes it and its writable layer, and nothing else unless asked.
   *
   * @param force whether a running one is killed first; otherwise that is WrongState
   * @param volumes whether its anonymous volumes go too
   */
  public void remove(String name, boolean force, boolean volumes) {
    Slot slot = roster.require(name);
    while (true) {
      if (force) {
        stopper.kill(slot);
      }
      slot.lock.lock();
      try {
        if (roster.byId(slot.id()).isEmpty()) {
          return; // it was one that removes itself
        }
        if (!force) {
          Remover.checkStopped(slot.container(), name);
        } else if (slot.state().isAlive()) {
          continue; // started again meanwhile
        }
        remover.removeEnded(slot, volumes);
        execs.forget(slot.id());
        return;
      } finally {
        slot.lock.unlock();
      }
    }
  }

  /** Removes all that do not run and match; what could not be removed stays. */
  public Pruned prune(Predicate<Container> which) {
    var ids = new ArrayList<String>();
    long bytes = 0;
    for (Container container : roster.list()) {
      boolean idle =
          !container.state().isAlive() && !(container.state() instanceof State.Restarting);
      if (idle && which.test(container)) {
        long size = host.layers().usage(host.active(container)).bytes();
        try {
          remove(container.id(), false, false);
          ids.add(container.id());
          bytes += size;
        } catch (StowageException.NotFound | StowageException.WrongState e) {
          // Somebody else removed or started it: then it is not left over.
        }
      }
    }
    return new Pruned(ids, bytes);
  }

  /** Waits; giving up is cancelling the future. */
  public CompletableFuture<ExitStatus> wait(String name, WaitFor what) {
    Slot slot = roster.require(name);
    slot.lock.lock();
    try {
      boolean idle = !slot.state().isAlive() && !(slot.state() instanceof State.Restarting);
      return switch (what) {
        case NOT_RUNNING ->
            idle ? CompletableFuture.completedFuture(slot.lastStatus()) : slot.nextExit();
        case NEXT_EXIT -> slot.nextExit();
        case REMOVED -> slot.removed();
      };
    } finally {
      slot.lock.unlock();
    }
  }

  /**
   * Attaches to its streams, before it is started or while it runs. WrongState when it is paused or
   * restarting.
   */
  public Attachment attach(String name, Attachment.Options options) {
    return outputs.attach(roster.require(name), options);
  }

  /** Sets the size of its terminal; of one that does not run: WrongState. */
  public void resize(String name, int rows, int columns) {
    outputs.resize(roster.require(name), rows, columns);
  }

  /** Reads its log. */
  public LogReader logs(String name, LogOptions options) {
    return outputs.logs(roster.require(name), options);
  }

  /** Its processes, as {@code ps} with these arguments ("-ef" when empty) shows them. */
  public Top top(String name, String psArguments) {
    Container container = running(name);
    var top =
        TopReader.read(new HashSet<>(host.facts().cgroups().pids(container.id())), psArguments);
    tales.tell(container, "top");
    return top;
  }

  private Container running(String name) {
    Container container = require(name);
    if (!container.state().isAlive()) {
      throw new WrongState("container %s is not running".formatted(container.id()));
    }
    return container;
  }

  /** What it uses now. */
  public Stats stats(String name) {
    return new StatsReader(host.facts().cgroups()).read(require(name), host.time().now());
  }

  /** What {@link Archive} needs of it. */
  @Override
  public Archive.Root root(String name) {
    var container = require(name);
    var storage = container.spec().storage();
    return new Archive.Root(
        new MountApplier.Subject(host.active(container), ImageUser.owner(host.layers(), container)),
        storage.mounts(),
        HostFiles.written(container),
        storage.readOnlyRoot());
  }

  /** What was written to its writable layer. */
  public LayerStore.Usage usage(String name) {
    return host.layers().usage(host.active(require(name)));
  }

  /** Prepares a further process in a running container. */
  public Exec createExec(String name, Exec.Request request) {
    return execs.create(roster.require(name), request);
  }

  /**
   * Starts it, attached to what its request asks for.
   *
   * @param detach whether nobody attaches; then there is nothing to read
   */
  public Attachment startExec(String execId, boolean detach) {
    return execs.start(execId, detach);
  }

  /** The exec; NotFound "No such exec instance: x" otherwise. */
  public Exec requireExec(String execId) {
    return execs.require(execId);
  }

  /** An exec's exit code, once it has ended: a little after the last of its output was read. */
  public CompletableFuture<Integer> waitExec(String execId) {
    return execs.exit(execId);
  }

  /** The execs of a container that have not been forgotten, oldest first. */
  public List<Exec> execs(String name) {
    return execs.of(require(name).id());
  }

  /** Sets the size of its terminal. */
  public void resizeExec(String execId, int rows, int columns) {
    execs.resize(execId, rows, columns);
  }

  /** What differs from the image. */
  public List<PathChange> changes(String name) {
    return host.layers().changes(host.active(require(name)));
  }

  /** Writes all its files as a tar. */
  public void export(String name, OutputStream out) {
    new Exporter(host, tales).export(require(name), out);
  }

  /**
   * Makes an image of it.
   *
   * @param config what the image's config is to say instead of the container's, in Docker's form
   * @param pause whether it is frozen meanwhile
   */
  public Digest commit(
      String name,
      Optional<String> reference,
      String author,
      String comment,
      List<String> changes,
      Optional<JsonObject> config,
      boolean pause) {
    return new Committer(host, images, tales)
        .commit(roster.require(name), reference, author, comment, changes, config, pause);
  }

  /** The OCI runtime, the monitor and what should be known of them. */
  public RuntimeInfo runtime() {
    var found = host.runtime();
    return new RuntimeInfo(
        found.runtime().name(),
        found.runtime().binary().toString(),
        found.runtime().version(),
        found.conmon().binary().toString(),
        found.conmonVersion(),
        host.facts().cgroups().isV2() ? 2 : 1,
        host.facts().initBinary(),
        found.warnings());
  }

  /** Finishes what goes on behind answers already given; containers go on. */
  @Override
  public void close() {
    host.found().handle((_, _) -> true).join();
    host.background().close();
  }

  /** Waits for what goes on behind answers already given. */
  void finish() {
    host.background().finish();
  }

  /** What a prune did. */
  public record Pruned(List<String> ids, long bytes) {
    public Pruned {
      ids = List.copyOf(ids);
    }
  }
}
