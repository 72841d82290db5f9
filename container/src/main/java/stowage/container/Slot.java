package stowage.container;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A container and what this life of the agent knows of it beside its record: its streams and who
 * waits for it.
 *
 * <p>Whoever changes the container holds {@link #lock}; the container itself can be looked at
 * without. Work that takes long while others may need the same container (waiting for its end) is
 * done without the lock.
 */
final class Slot {
  final ReentrantLock lock = new ReentrantLock();
  private volatile Container container;
  private boolean stoppedByHand; // guarded by lock
  private Console console; // guarded by lock
  private CompletableFuture<Void> swept =
      CompletableFuture.completedFuture(null); // guarded by lock
  private CompletableFuture<ExitStatus> exit = new CompletableFuture<>(); // guarded by lock
  private final CompletableFuture<ExitStatus> removed = new CompletableFuture<>();
  private int failures; // guarded by lock: short runs in a row, for the policy's patience

  private boolean beingRestarted; // guarded by lock: its end is the middle of a restart

  Slot(Container container, boolean stoppedByHand) {
    this.container = container;
    this.stoppedByHand = stoppedByHand;
    this.console = freshConsole();
  }

  Container container() {
    return container;
  }

  String id() {
    return container.id();
  }

  State state() {
    return container.state();
  }

  /** Sets what the container is, after its record said so. */
  void become(Container next, boolean byHand) {
    assert lock.isHeldByCurrentThread();
    container = next;
    stoppedByHand = byHand;
  }

  boolean stoppedByHand() {
    assert lock.isHeldByCurrentThread();
    return stoppedByHand;
  }

  /** The streams of the run that is, or of the next one. */
  Console console() {
    assert lock.isHeldByCurrentThread();
    return console;
  }

  /**
   * The run has ended, or did not come to be: its clients read the end, new ones wait for the next.
   */
  void endConsole() {
    assert lock.isHeldByCurrentThread();
    console.end();
    console = freshConsole();
  }

  private Console freshConsole() {
    var streams = container.spec().streams();
    return new Console(streams.tty(), streams.stdinOnce() && !streams.tty());
  }

  /** Completes when what the last run left behind is cleaned away. */
  CompletableFuture<Void> swept() {
    assert lock.isHeldByCurrentThread();
    return swept;
  }

  void sweeping(CompletableFuture<Void> work) {
    assert lock.isHeldByCurrentThread();
    swept = work;
  }

  int failures() {
    assert lock.isHeldByCurrentThread();
    return failures;
  }

  void failures(int count) {
    assert lock.isHeldByCurrentThread();
    failures = count;
  }

  boolean isBeingRestarted() {
    assert lock.isHeldByCurrentThread();
    return beingRestarted;
  }

  void beingRestarted(boolean now) {
    assert lock.isHeldByCurrentThread();
    beingRestarted = now;
  }

  /** Completes at the next exit; each caller has its own to give up. */
  CompletableFuture<ExitStatus> nextExit() {
    assert lock.isHeldByCurrentThread();
    return exit.copy();
  }

  /** Completes when the container is gone. */
  CompletableFuture<ExitStatus> removed() {
    return removed.copy();
  }

  /**
   * The future of the exit that just happened, for its owner to complete once the lock is let go:
   * what waits for it may ask for the container at once.
   */
  CompletableFuture<ExitStatus> takeExit() {
    assert lock.isHeldByCurrentThread();
    var taken = exit;
    exit = new CompletableFuture<>();
    return taken;
  }

  void tellRemoved() {
    removed.complete(lastStatus());
    exit.complete(lastStatus());
  }

  /** How it ended last; 0 when it has not run. */
  ExitStatus lastStatus() {
    return lastStatus(container.state());
  }

  private static ExitStatus lastStatus(State state) {
    return switch (state) {
      case State.Created created -> new ExitStatus(created.exitCode(), created.error());
      case State.Running _, State.Paused _ -> new ExitStatus(0, "");
      case State.Restarting restarting -> lastStatus(restarting.last());
      case State.Exited exited -> new ExitStatus(exited.exitCode(), exited.error());
      case State.Removing removing -> lastStatus(removing.before());
    };
  }
}
