package stowage.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import stowage.base.StowageException;

/** What happens when a container's process has ended: told at once, cleaned up behind. */
final class Ending {
  private static final System.Logger LOG = System.getLogger("stowage.container");
  private static final long PATIENCE_MIN_MILLIS = 100;
  private static final long PATIENCE_MAX_MILLIS = TimeUnit.MINUTES.toMillis(1);

  /** A run as long as this makes its policy forget the failures before. */
  private static final Duration HEALTHY = Duration.ofSeconds(10);

  /** Of a container whose end nobody saw. */
  private static final int UNKNOWN = 255;

  private final Host host;
  private final Roster roster;
  private final Tales tales;
  private final Remover remover;
  private BiConsumer<Slot, State.Restarting> restart = (_, _) -> {};

  Ending(Host host, Roster roster, Tales tales, Remover remover) {
    this.host = host;
    this.roster = roster;
    this.tales = tales;
    this.remover = remover;
  }

  /** Who starts a container again; once, before anything runs. */
  void restartBy(BiConsumer<Slot, State.Restarting> starter) {
    restart = starter;
  }

  /** Sees to the end of a run whose monitor is our child. */
  void watch(Slot slot, State.Running run, CompletableFuture<?> monitorEnd) {
    host.background().after(monitorEnd, "container.exit", () -> ended(slot, run));
  }

  /**
   * Sees to the end of a run of an earlier life of the agent: its monitor is somebody else's child.
   */
  void watch(Slot slot, State.Running run) {
    var process = ProcessId.of(run);
    int parent = process.parent();
    // Process 1 (or whoever adopts orphans) as parent means that the monitor is gone already.
    var monitor = parent > 1 ? ProcessId.of(parent) : process;
    Thread.ofPlatform()
        .daemon()
        .name("container-watch")
        .start(
            () -> {
              monitor.awaitEnd();
              host.background().run("container.exit", () -> ended(slot, run));
            });
  }

  void ended(Slot slot, State.Running run) {
    CompletableFuture<ExitStatus> waiters;
    ExitStatus status;
    slot.lock.lock();
    try {
      boolean current =
          switch (slot.state()) {
            case State.Running now -> now.equals(run);
            case State.Paused paused -> paused.running().equals(run);
            case State.Created _, State.Restarting _, State.Exited _, State.Removing _ -> false;
          };
      if (!current) {
        return;
      }
      var exited = exited(slot.id(), run);
      status = new ExitStatus(exited.exitCode(), exited.error());
      slot.endConsole();
      tellEnd(slot.container(), exited);
      waiters = slot.takeExit();
      settle(slot, exited);
    } finally {
      slot.lock.unlock();
    }
    waiters.complete(status);
  }

  /** A start that failed is an end as well, for whoever waits for one. */
  void told(Slot slot, ExitStatus status) {
    var waiters = slot.takeExit();
    Container container = slot.container();
    if (container.spec().lifecycle().autoRemove()) {
      remover.removeEnded(slot, true);
    }
    waiters.complete(status);
  }

  private void settle(Slot slot, State.Exited exited) {
    Container container = slot.container();
    String id = container.id();
    if (container.spec().lifecycle().autoRemove() && !slot.isBeingRestarted()) {
      slot.become(container.in(exited), slot.stoppedByHand());
      remover.removeEnded(slot, true);
      return;
    }
    slot.sweeping(host.background().run("container.sweep", () -> remover.sweepRun(id)));
    if (wantsRestart(slot, exited)) {
      var restarting = new State.Restarting(exited);
      change(slot, container.in(restarting));
      host.background()
          .later(
              patience(slot, exited), "container.restart", () -> restart.accept(slot, restarting));
    } else {
      change(slot, container.in(exited));
    }
  }

  /** At the agent's start: what waited to be started again waits no longer. */
  void restartNow(Slot slot, State.Restarting restarting) {
    host.background().run("container.restart", () -> restart.accept(slot, restarting));
  }

  /** The end is a fact whether or not it could be written down: the next life finds it out too. */
  private void change(Slot slot, Container next) {
    try {
      roster.change(slot, next, slot.stoppedByHand());
      RunFile.delete(host.bundle(slot.id()));
    } catch (StowageException e) {
      LOG.log(System.Logger.Level.ERROR, "container.record.failed id=" + slot.id(), e);
      slot.become(next, slot.stoppedByHand());
    }
  }

  private boolean wantsRestart(Slot slot, State.Exited exited) {
    if (slot.stoppedByHand() || slot.isBeingRestarted()) {
      return false;
    }
    var policy = slot.container().spec().lifecycle().restart();
    return switch (policy.kind()) {
      case NO -> false;
      case ALWAYS, UNLESS_STOPPED -> true;
      case ON_FAILURE ->
          exited.exitCode() != 0
              && (policy.retriesMax() == 0
                  || slot.container().restartCount() < policy.retriesMax());
    };
  }

  /** How long to wait before it is started again: longer each time that it did not last. */
  private static long patience(Slot slot, State.Exited exited) {
    boolean lasted =
        Duration.between(exited.startedAt(), exited.finishedAt()).compareTo(HEALTHY) >= 0;
    int failures = lasted ? 0 : slot.failures();
    slot.failures(failures + 1);
    return Math.min(PATIENCE_MAX_MILLIS, PATIENCE_MIN_MILLIS << Math.min(failures, 20));
  }

  /** How a run ended, by what its monitor left. */
  State.Exited exited(String id, State.Running run) {
    Path bundle = host.bundle(id);
    boolean oom = Files.exists(bundle.resolve("oom"));
    OptionalInt code = exitCode(bundle);
    String error = "";
    if (code.isEmpty()) {
      error = "the end of the container was not seen: its monitor or the host went down";
      ProcessId.of(run).signal(Signals.KILL);
    }
    return new State.Exited(code.orElse(UNKNOWN), oom, error, run.startedAt(), host.time().now());
  }

  /** What the monitor wrote; none if it wrote nothing. */
  static OptionalInt exitCode(Path bundle) {
    try {
      String text = Files.readString(bundle.resolve("exit")).strip();
      return OptionalInt.of(Integer.parseInt(text) & 0xff);
    } catch (IOException | NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  private void tellEnd(Container container, State.Exited exited) {
    if (exited.oomKilled()) {
      tales.tell(container, "oom");
    }
    long seconds = Duration.between(exited.startedAt(), exited.finishedAt()).toSeconds();
    tales.tell(
        container,
        "die",
        Map.of(
            "exitCode", Integer.toString(exited.exitCode()),
            "execDuration", Long.toString(Math.max(0, seconds))));
  }
}
