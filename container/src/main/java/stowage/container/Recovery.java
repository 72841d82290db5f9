package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import stowage.base.JsonObject;
import stowage.base.StowageException;
import stowage.store.Records;

/**
 * What a start of the agent does about the containers of its earlier lives: running ones are taken
 * over, ended ones told, half-made and half-removed ones swept away, and those started that their
 * policy wants started.
 */
final class Recovery {
  private static final System.Logger LOG = System.getLogger("stowage.container");

  private final Host host;
  private final Roster roster;
  private final Ending ending;
  private final Remover remover;
  private final Runner runner;
  private boolean rebooted;

  Recovery(Host host, Roster roster, Ending ending, Remover remover, Runner runner) {
    this.host = host;
    this.roster = roster;
    this.ending = ending;
    this.remover = remover;
    this.runner = runner;
  }

  void run(Records records) {
    rebooted = !Files.exists(host.run().resolve("containers"));
    host.stubs().hold();
    for (Map.Entry<String, JsonObject> record : records.list(ContainerJson.KIND).entrySet()) {
      hold(record.getKey(), record.getValue());
    }
    for (Slot slot : roster.slots()) {
      slot.lock.lock();
      try {
        prepare(slot.container());
        settle(slot);
      } catch (StowageException e) {
        LOG.log(System.Logger.Level.ERROR, "container.recover.failed id=" + slot.id(), e);
      } finally {
        slot.lock.unlock();
      }
    }
    sweep();
  }

  private void hold(String id, JsonObject record) {
    Container container = withRun(ContainerJson.read(id, record, host.directory(id)));
    roster.reserve(container.name(), id);
    roster.adopt(container, record.bool("stoppedByHand"));
    host.layers().hold("container:" + id, host.stubs().over(container.chain()));
    host.mounts().reclaim(id, container.spec().storage().mounts());
  }

  /** The container with the run its bundle tells of, unless that run's end is recorded. */
  private Container withRun(Container container) {
    var run = RunFile.read(host.bundle(container.id()));
    if (run.isEmpty()) {
      return container;
    }
    Instant known =
        switch (container.state()) {
          case State.Exited exited -> exited.startedAt();
          case State.Restarting restarting -> restarting.last().startedAt();
          case State.Created _, State.Running _, State.Paused _, State.Removing _ -> Instant.MIN;
        };
    return switch (container.state()) {
      case State.Paused _ -> container.in(new State.Paused(run.get()));
      case State.Removing _ -> container;
      case State.Created _, State.Running _, State.Restarting _, State.Exited _ ->
          known.equals(run.get().startedAt()) ? container : container.in(run.get());
    };
  }

  /** A crash takes back the folder of a container that has written nothing. */
  private void prepare(Container container) {
    switch (container.state()) {
      case State.Created _, State.Running _, State.Paused _, State.Restarting _, State.Exited _ ->
          host.active(container);
      case State.Removing _ -> {}
    }
  }

  private void settle(Slot slot) {
    Container container = slot.container();
    switch (container.state()) {
      case State.Running running -> settleRun(slot, running);
      case State.Paused paused -> settleRun(slot, paused.running());
      case State.Restarting restarting -> ending.restartNow(slot, restarting);
      case State.Removing _ -> remover.removeEnded(slot, true);
      case State.Exited _ -> {
        var lifecycle = container.spec().lifecycle();
        if (lifecycle.autoRemove()) {
          remover.removeEnded(slot, true);
        } else if (lifecycle.restart().kind() == RestartPolicy.Kind.ALWAYS) {
          host.background().run("container.start", () -> runner.start(slot));
        }
      }
      case State.Created _ -> {
        // Nobody can tell any more whether it ran before the host went down: its run would stand
        // in its bundle only.
        if (rebooted && container.spec().lifecycle().autoRemove()) {
          remover.removeEnded(slot, true);
        }
      }
    }
  }

  private void settleRun(Slot slot, State.Running run) {
    Container container = slot.container();
    String id = container.id();
    adopt(container);
    boolean alive = ProcessId.of(run).isAlive();
    if (alive && !host.runtime().runtime().isWaiting(id)) {
      slot.console().connect(host.bundle(id), Optional.empty());
      if (slot.state() instanceof State.Running) {
        // Frozen, or let go, without the record: as if nobody had asked.
        host.facts().cgroups().thaw(id);
      }
      ending.watch(slot, run);
      return;
    }
    if (alive) {
      // Made, but its program was not let go before the agent ended: as if it never was started.
      ProcessId.of(run).signal(Signals.KILL);
      remover.sweepRun(id);
      roster.change(slot, container.in(State.Created.FRESH), slot.stoppedByHand());
      return;
    }
    host.background().run("container.exit", () -> ending.ended(slot, run));
  }

  private void adopt(Container container) {
    var subject =
        new MountApplier.Subject(host.active(container), ImageUser.owner(host.layers(), container));
    host.mounts().adopt(subject, container.spec().storage().mounts());
  }

  /** What no record names, and what runs of containers that do not run have left. */
  private void sweep() {
    var left = new TreeSet<String>();
    left.addAll(names(host.root().resolve("containers")));
    left.addAll(names(host.run().resolve("containers")));
    left.addAll(names(host.run().resolve("runtime")));
    for (String id : left) {
      var slot = roster.byId(id);
      if (slot.isEmpty()) {
        guarded(id, () -> remover.discard(id, List.of()));
      } else if (slot.get().state() instanceof State.Created
          || slot.get().state() instanceof State.Exited) {
        guarded(id, () -> remover.sweepRun(id));
      }
    }
    Trees.delete(host.run().resolve("execs"));
  }

  private static void guarded(String id, Runnable work) {
    try {
      work.run();
    } catch (StowageException e) {
      LOG.log(System.Logger.Level.ERROR, "container.sweep.failed id=" + id, e);
    }
  }

  private static Set<String> names(Path directory) {
    var names = new TreeSet<String>();
    try (var entries = Files.newDirectoryStream(directory)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (IOException e) {
      // Not there yet.
    }
    return names;
  }
}
