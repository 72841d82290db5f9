package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import stowage.base.Json;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.NotFound;
import stowage.base.StowageException.WrongState;
import stowage.layer.Active;
import stowage.oci.RuntimeSpec;

/** Runs containers: from a record to a process, and to what is left when that has ended. */
final class Runner {
  private static final System.Logger LOG = System.getLogger("stowage.container");

  private final Host host;
  private final Roster roster;
  private final Tales tales;
  private final Ending ending;
  private final SpecBuilder specs;

  Runner(Host host, Roster roster, Tales tales, Ending ending) {
    this.host = host;
    this.roster = roster;
    this.tales = tales;
    this.ending = ending;
    this.specs = new SpecBuilder(host.facts(), host.sharedMemory(), this::running);
    ending.restartBy(this::restart);
  }

  /** Starts it; false if it was running already. */
  boolean start(Slot slot) {
    slot.lock.lock();
    try {
      switch (slot.state()) {
        case State.Running _ -> {
          return false;
        }
        case State.Paused _ ->
            throw new WrongState("cannot start a paused container, try unpause instead");
        case State.Removing _ ->
            throw new WrongState("container is marked for removal and cannot be started");
        case State.Created _, State.Exited _, State.Restarting _ -> {}
      }
      slot.failures(0);
      run(slot, slot.container().restartCount());
      return true;
    } finally {
      slot.lock.unlock();
    }
  }

  /** Starts it again by its policy, if that is still what it waits for. */
  private void restart(Slot slot, State.Restarting expected) {
    slot.lock.lock();
    try {
      if (slot.state() != expected) {
        return;
      }
      run(slot, slot.container().restartCount() + 1);
    } catch (StowageException e) {
      LOG.log(System.Logger.Level.WARNING, "container.restart.failed id=" + slot.id(), e);
    } finally {
      slot.lock.unlock();
    }
  }

  private void run(Slot slot, int restartCount) {
    assert slot.lock.isHeldByCurrentThread();
    slot.swept().join();
    Container container = slot.container();
    try {
      begin(slot, container, restartCount);
    } catch (Conmon.Refused e) {
      throw failed(slot, RuntimeErrors.ofStart(e.getMessage()));
    } catch (StowageException e) {
      throw failed(slot, e);
    } catch (CompletionException e) {
      throw failed(slot, (StowageException) e.getCause());
    }
    tales.tell(slot.container(), "start");
  }

  private void begin(Slot slot, Container container, int restartCount) throws Conmon.Refused {
    String id = container.id();
    checkNetwork(container);
    host.runtime();
    Active active = host.active(container);
    String hostname = HostFiles.hostname(container, HostFiles.ofHost());
    Map<String, Path> files = HostFiles.write(container, hostname);
    var mounted =
        host.mounts()
            .mount(
                new MountApplier.Subject(active, ImageUser.owner(host.layers(), container)),
                container.spec().storage().mounts(),
                files);
    var program = container.spec().program();
    var user = Users.find(program.user(), program.groups(), new RootFiles(mounted.root()));
    host.sharedMemory().make(container);
    var startedAt = host.time().now();
    var recorded = record(container, startedAt, restartCount);
    var spec = specs.build(container, mounted, user, hostname, Cgroups.path(id));
    try {
      launch(slot, spec, startedAt, restartCount, recorded);
    } finally {
      // Whatever is written next must come behind it.
      recorded.handle((_, _) -> true).join();
    }
  }

  private void launch(
      Slot slot,
      RuntimeSpec spec,
      Instant startedAt,
      int restartCount,
      CompletableFuture<Void> recorded)
      throws Conmon.Refused {
    Container container = slot.container();
    String id = container.id();
    Path bundle =
        freshBundle(
            id,
            Json.bytes(ConsoleSize.withProcess(spec.json(), slot.container().spec().streams())));
    var streams = container.spec().streams();
    var tape = Tape.ofNextRun(container.files().log());
    boolean noLog = container.spec().lifecycle().logDriver().equals("none");
    var runtime = host.runtime();
    var monitor =
        runtime
            .conmon()
            .create(
                new Conmon.Job(
                    id,
                    bundle,
                    noLog ? "" : container.files().log().toString(),
                    streams.tty(),
                    streams.openStdin(),
                    streams.openStdin() && (!streams.stdinOnce() || streams.tty())));
    var end = monitor.process().onExit();
    slot.console().connect(bundle, noLog ? Optional.empty() : Optional.of(tape));
    var process = ProcessId.of(monitor.pid());
    var running = new State.Running(process.pid(), process.start(), startedAt);
    RunFile.write(bundle, running);
    recorded.join();
    slot.become(container.in(running).restarted(restartCount), false);
    runtime.runtime().start(id, end);
    ending.watch(slot, running, end);
  }

  /**
   * Writes down that it runs while the runtime is at work: the disk and the runtime take about as
   * long. Which process it is stands in the bundle. One that removes itself needs no such record:
   * when nothing of it is left, nothing is to be told of it either.
   */
  private CompletableFuture<Void> record(Container container, Instant startedAt, int restartCount) {
    if (container.spec().lifecycle().autoRemove()) {
      return CompletableFuture.completedFuture(null);
    }
    var running = new State.Running(0, 0, startedAt);
    return CompletableFuture.runAsync(
        () -> roster.write(container.in(running).restarted(restartCount), false),
        Thread::startVirtualThread);
  }

  private static void checkNetwork(Container container) {
    String mode = container.spec().network().mode();
    if (!mode.equals("default")
        && !mode.equals("none")
        && !mode.equals("host")
        && !mode.startsWith("container:")) {
      throw new NotFound(
          Resource.NETWORK,
          mode,
          "failed to set up container networking: network %s not found".formatted(mode));
    }
  }

  private Path freshBundle(String id, byte[] config) {
    Path bundle = host.bundle(id);
    try {
      if (Files.exists(bundle)) {
        Trees.delete(bundle);
      }
      Files.createDirectories(bundle);
      Files.write(bundle.resolve("config.json"), config);
      return bundle;
    } catch (IOException e) {
      throw new Failed("bundle of container %s: %s".formatted(id, e.getMessage()), e);
    }
  }

  /** Takes back what a failed start has done; the container stays as it was, with the reason. */
  private StowageException failed(Slot slot, StowageException why) {
    String id = slot.id();
    if (host.found().isDone() && !host.found().isCompletedExceptionally()) {
      var runtime = host.runtime().runtime();
      if (Files.exists(runtime.directory(id))) {
        runtime.delete(id);
      }
    }
    host.facts().cgroups().remove(id);
    takeDown(id);
    Trees.delete(host.bundle(id));
    int code = RuntimeErrors.exitCode(why.getMessage());
    Container container = slot.container();
    State next =
        switch (container.state()) {
          case State.Exited last -> last.failedToStart(code, why.getMessage());
          case State.Restarting last -> last.last().failedToStart(code, why.getMessage());
          case State.Created _, State.Running _, State.Paused _, State.Removing _ ->
              new State.Created(code, why.getMessage());
        };
    try {
      roster.change(slot, container.in(next), slot.stoppedByHand());
    } catch (StowageException e) {
      why.addSuppressed(e);
    }
    slot.endConsole();
    ending.told(slot, new ExitStatus(code, why.getMessage()));
    return why;
  }

  private void takeDown(String id) {
    try {
      host.mounts().unmount(id);
      host.sharedMemory().remove(id);
    } catch (StowageException e) {
      LOG.log(System.Logger.Level.WARNING, "container.unmount.failed id=" + id, e);
    }
  }

  /** The user, group and home of a further process, by the files of the running container. */
  Users.User userOf(Container container, String wanted) {
    Path root = Path.of("/proc/" + container.pid() + "/root");
    var program = container.spec().program();
    return wanted.isEmpty()
        ? Users.find(program.user(), program.groups(), new RootFiles(root))
        : Users.find(wanted, program.groups(), new RootFiles(root));
  }

  SpecBuilder specs() {
    return specs;
  }

  private Container running(String name) {
    Container other = roster.require(name).container();
    if (other.pid() == 0) {
      throw new WrongState("cannot join namespaces of a non running container: " + name);
    }
    return other;
  }
}
