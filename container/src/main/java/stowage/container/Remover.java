package stowage.container;

import java.nio.file.Files;
import java.util.List;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.base.StowageException.WrongState;

/**
 * Removes containers, and what a run leaves behind.
 *
 * <p>All or nothing: the record goes before the files it names. Files without a record are what a
 * start of the agent sweeps away, so a crash at any moment leaves a whole container or none.
 */
final class Remover {
  private final Host host;
  private final Roster roster;
  private final Tales tales;

  Remover(Host host, Roster roster, Tales tales) {
    this.host = host;
    this.roster = roster;
    this.tales = tales;
  }

  /** WrongState if a container in this state is only removed by force. */
  static void checkStopped(Container container, String asked) {
    String why =
        switch (container.state()) {
          case State.Running _ ->
              "container is running: stop the container before removing or force remove";
          case State.Paused _ -> "container is paused and must be unpaused first";
          case State.Restarting _ ->
              "container is restarting: stop the container before removing or force remove";
          case State.Created _, State.Exited _, State.Removing _ -> "";
        };
    if (!why.isEmpty()) {
      throw new WrongState("cannot remove container \"%s\": %s".formatted(asked, why));
    }
  }

  /** Removes one that does not run; the caller holds its lock. */
  void removeEnded(Slot slot, boolean volumes) {
    assert slot.lock.isHeldByCurrentThread() && !slot.state().isAlive();
    slot.swept().join();
    Container container = slot.container();
    String id = container.id();
    State before = container.state();
    var mounts = container.spec().storage().mounts();
    boolean ownVolumes =
        volumes && mounts.stream().anyMatch(m -> m instanceof Mount.Volume v && v.anonymous());
    if (ownVolumes) {
      // Written down, so that a crash between its volumes and its record is finished later.
      roster.change(slot, container.in(new State.Removing(before)), true);
    } else {
      slot.become(container.in(new State.Removing(before)), true);
    }
    try {
      host.mounts().unmount(id);
      host.mounts().release(id, mounts, volumes);
      roster.drop(slot);
    } catch (StowageException e) {
      slot.become(container.in(before), true);
      throw e;
    }
    slot.endConsole();
    tales.tell(container, "destroy");
    slot.tellRemoved();
    host.background()
        .run("container.discard", () -> discard(id, host.stubs().over(container.chain())));
  }

  /** What a container without a record has left. */
  void discard(String id, List<Digest> chain) {
    sweepRun(id);
    if (Files.exists(host.directory(id))) {
      host.layers().remove(host.layers().prepare(id, chain));
    }
    host.layers().release("container:" + id);
    Trees.delete(host.directory(id));
  }

  /** What a run has left: mounts, cgroups, the runtime's state, the bundle. */
  void sweepRun(String id) {
    host.mounts().unmount(id);
    host.sharedMemory().remove(id);
    boolean clean = host.facts().cgroups().remove(id);
    var runtime = host.runtime().runtime();
    if (Files.exists(runtime.directory(id))) {
      if (clean) {
        // All that "delete" of the runtime would do, without a process of its own.
        Trees.delete(runtime.directory(id));
      } else {
        runtime.delete(id);
      }
    }
    Trees.delete(host.bundle(id));
  }
}
