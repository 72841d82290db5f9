package stowage.container;

import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import stowage.base.StowageException;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.WrongState;

/** Signals, stops, freezes and thaws containers. */
final class Stopper {
  private static final int TIMEOUT_SECONDS = 10;

  /** After SIGKILL only the kernel stands between a process and its end. */
  private static final int KILL_SECONDS = 60;

  private final Host host;
  private final Roster roster;
  private final Tales tales;

  Stopper(Host host, Roster roster, Tales tales) {
    this.host = host;
    this.roster = roster;
    this.tales = tales;
  }

  /** Stops it; false if it did not run. Waits without the lock. */
  boolean stop(Slot slot, String signal, OptionalInt timeoutSeconds) {
    var lifecycle = slot.container().spec().lifecycle();
    int number = signalOf(signal.isEmpty() ? lifecycle.stopSignal() : signal, Signals.TERM);
    int own = lifecycle.stopTimeoutSeconds();
    int seconds = timeoutSeconds.orElse(own < 0 ? TIMEOUT_SECONDS : own);
    CompletableFuture<ExitStatus> exit;
    slot.lock.lock();
    try {
      if (slot.state() instanceof State.Restarting restarting) {
        roster.change(slot, slot.container().in(restarting.last()), true);
        return true;
      }
      if (!slot.state().isAlive()) {
        return false;
      }
      exit = slot.nextExit();
      roster.change(slot, slot.container(), true);
      signal(slot, number);
    } finally {
      slot.lock.unlock();
    }
    if (!awaits(exit, seconds)) {
      slot.lock.lock();
      try {
        if (slot.state().isAlive()) {
          signal(slot, Signals.KILL);
        }
      } finally {
        slot.lock.unlock();
      }
      awaitKilled(slot, exit);
    }
    tales.tell(slot.container(), "stop");
    return true;
  }

  /** Kills it if it runs, and waits for its end; nothing of its policy applies. */
  void kill(Slot slot) {
    CompletableFuture<ExitStatus> exit;
    slot.lock.lock();
    try {
      if (slot.state() instanceof State.Restarting restarting) {
        slot.become(slot.container().in(restarting.last()), true);
        return;
      }
      if (!slot.state().isAlive()) {
        return;
      }
      exit = slot.nextExit();
      slot.become(slot.container(), true);
      signal(slot, Signals.KILL);
    } finally {
      slot.lock.unlock();
    }
    awaitKilled(slot, exit);
  }

  /** Sends a signal a user asked for; after SIGKILL waits for the end. */
  void kill(Slot slot, String asked, String signal) {
    int number;
    try {
      number = signalOf(signal, Signals.KILL);
    } catch (InvalidArgument e) {
      throw new InvalidArgument("cannot kill container: %s: %s".formatted(asked, e.getMessage()));
    }
    CompletableFuture<ExitStatus> exit;
    slot.lock.lock();
    try {
      if (!slot.state().isAlive()) {
        throw new WrongState(
            "cannot kill container: %s: container %s is not running".formatted(asked, slot.id()));
      }
      int stop = signalOf(slot.container().spec().lifecycle().stopSignal(), Signals.TERM);
      exit = slot.nextExit();
      if (number == Signals.KILL || number == stop) {
        roster.change(slot, slot.container(), true);
      }
      signal(slot, number);
    } finally {
      slot.lock.unlock();
    }
    if (number == Signals.KILL) {
      awaitKilled(slot, exit);
    }
  }

  void pause(Slot slot) {
    slot.lock.lock();
    try {
      switch (slot.state()) {
        case State.Running running -> {
          host.facts().cgroups().freeze(slot.id(), true);
          try {
            roster.change(
                slot, slot.container().in(new State.Paused(running)), slot.stoppedByHand());
          } catch (StowageException e) {
            host.facts().cgroups().freeze(slot.id(), false);
            throw e;
          }
        }
        case State.Paused _ ->
            throw new WrongState("container %s is already paused".formatted(slot.id()));
        case State.Restarting _ ->
            throw new WrongState(
                "container %s is restarting, wait until the container is running"
                    .formatted(slot.id()));
        case State.Created _, State.Exited _, State.Removing _ ->
            throw new WrongState("container %s is not running".formatted(slot.id()));
      }
    } finally {
      slot.lock.unlock();
    }
    tales.tell(slot.container(), "pause");
  }

  void unpause(Slot slot) {
    slot.lock.lock();
    try {
      if (!(slot.state() instanceof State.Paused paused)) {
        throw new WrongState("Container %s is not paused".formatted(slot.id()));
      }
      // Written first: one that goes on although it is not known to can be paused again.
      roster.change(slot, slot.container().in(paused.running()), slot.stoppedByHand());
      host.facts().cgroups().freeze(slot.id(), false);
    } finally {
      slot.lock.unlock();
    }
    tales.tell(slot.container(), "unpause");
  }

  private void signal(Slot slot, int number) {
    assert slot.lock.isHeldByCurrentThread();
    Container container = slot.container();
    switch (container.state()) {
      case State.Running running -> {
        ProcessId.of(running).signal(number);
        if (number == Signals.KILL) {
          // Somebody else may have frozen it.
          host.facts().cgroups().thaw(container.id());
        }
      }
      case State.Paused paused -> {
        // Frozen processes do not even die: it goes on, to take the signal.
        ProcessId.of(paused.running()).signal(number);
        slot.become(container.in(paused.running()), slot.stoppedByHand());
        host.facts().cgroups().thaw(container.id());
      }
      case State.Created _, State.Restarting _, State.Exited _, State.Removing _ -> {}
    }
    tales.tell(container, "kill", Map.of("signal", Integer.toString(number)));
  }

  private static int signalOf(String text, int otherwise) {
    if (text.isEmpty()) {
      return otherwise;
    }
    return Signals.number(text).orElseThrow(() -> new InvalidArgument("invalid signal: " + text));
  }

  private static void awaitKilled(Slot slot, CompletableFuture<ExitStatus> exit) {
    if (!awaits(exit, KILL_SECONDS)) {
      throw new Failed("container %s does not end, not even by SIGKILL".formatted(slot.id()), null);
    }
  }

  /** Whether it ended in time; a negative time has no end. */
  private static boolean awaits(CompletableFuture<ExitStatus> exit, int seconds) {
    try {
      if (seconds < 0) {
        exit.get();
      } else {
        exit.get(seconds, TimeUnit.SECONDS);
      }
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | CancellationException e) {
      throw new AssertionError("an exit is never exceptional", e);
    }
  }
}
