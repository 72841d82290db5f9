package stowage.container;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import stowage.base.Events;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.layer.Active;
import stowage.layer.LayerStore;

/**
 * What the parts of this package share: where things are, and whom to ask.
 *
 * @param root the data root; containers' files are below {@code containers}
 * @param run what is gone after a reboot
 * @param found completes when a runtime that works was found, which takes a moment at start
 */
record Host(
    Path root,
    Path run,
    HostFacts facts,
    CompletableFuture<RuntimePicker.Found> found,
    LayerStore layers,
    Stubs stubs,
    MountApplier mounts,
    Events events,
    Time time,
    Background background) {

  RuntimePicker.Found runtime() {
    try {
      return found.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StowageException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** A container's writable layer. */
  Active active(Container container) {
    return layers.prepare(container.id(), stubs.over(container.chain()));
  }

  /** A container's files that outlive a reboot. */
  Path directory(String id) {
    return root.resolve("containers").resolve(id);
  }

  SharedMemory sharedMemory() {
    return new SharedMemory(run.resolve("shm"));
  }

  /** A container's or exec's bundle: config, sockets, exit code. */
  Path bundle(String id) {
    return run.resolve("containers").resolve(id);
  }
}
