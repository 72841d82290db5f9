package stowage.block;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** New heads for several volumes at one instant: what is written later goes there. */
final class Freeze {
  private final PoolLayers layers;
  private final BiConsumer<Volume, VolumeRecord> save;

  Freeze(PoolLayers layers, BiConsumer<Volume, VolumeRecord> save) {
    this.layers = layers;
    this.save = save;
  }

  /** {@code as}: for each volume the snapshot its old head is marked with, or empty. */
  void take(List<Volume> all, List<String> as) throws IOException {
    var heads = new ArrayList<Layer>();
    for (Volume volume : all) {
      heads.add(layers.create(CowDevice.SHIFT, volume.record.sizeBytes()));
      volume.device.flush(); // most of it, while requests are still served
    }
    int paused = 0;
    try {
      for (Volume volume : all) {
        volume.device.pause();
        paused++;
      }
      for (Volume volume : all) {
        volume.device.flushPaused();
      }
      for (int i = 0; i < all.size(); i++) {
        Volume volume = all.get(i);
        // Durable before anything is written to the new head.
        save.accept(volume, volume.record.frozen(as.get(i), heads.get(i).id()));
        volume.device.swap(volume.device.chain().under(heads.get(i)));
      }
    } finally {
      for (Volume volume : all.subList(0, paused)) {
        volume.device.resume();
      }
    }
  }
}
