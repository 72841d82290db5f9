package stowage.layer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.StowageException.Failed;
import stowage.linux.ErrnoException;

/** A {@link View} of mounted layers. */
final class MountedView implements View {
  private final List<Digest> chain;
  private final LayerMounts mounts;
  private final List<LayerMounts.Mounted> layers; // bottom first
  private final Runnable release;
  private Optional<Path> merged = Optional.empty(); // guarded by this
  private boolean isClosed; // guarded by this

  MountedView(
      List<Digest> chain,
      LayerMounts mounts,
      List<LayerMounts.Mounted> layers,
      Runnable release) {
    this.chain = List.copyOf(chain);
    this.mounts = mounts;
    this.layers = layers;
    this.release = release;
  }

  @Override
  public List<Digest> chain() {
    return chain;
  }

  @Override
  public List<Path> lowerPaths() {
    return layers.reversed().stream().map(layer -> layer.at).toList();
  }

  @Override
  public synchronized Path merged() {
    assert !isClosed : "a closed view";
    if (merged.isEmpty()) {
      merged = Optional.of(layers.isEmpty() ? mounts.empty() : merge());
    }
    return merged.get();
  }

  private Path merge() {
    var at = mounts.viewDirectory();
    var lower = new ArrayList<>(lowerPaths());
    if (lower.size() == 1) {
      lower.add(mounts.empty()); // overlayfs wants two where nothing is written
    }
    try {
      Overlay.mount(lower, Optional.empty(), at);
      return at;
    } catch (ErrnoException e) {
      LayerMounts.delete(at);
      throw new Failed("cannot mount a view: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    if (merged.isPresent() && !layers.isEmpty()) {
      LayerMounts.unmount(merged.get());
      LayerMounts.delete(merged.get());
    }
    mounts.release(layers);
    release.run();
  }
}
