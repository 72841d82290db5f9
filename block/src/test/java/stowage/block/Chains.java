package stowage.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;

/** Chains of simulated files that hold a given content, scattered over their layers. */
final class Chains {
  private Chains() {}

  static Layer layer(long id, int shift, RandomFile raw, RandomFile map, long size)
      throws IOException {
    var bits = new BlockBits((size + (1 << shift) - 1) >> shift);
    return new Layer(id, shift, raw, MapLog.create(map, id, 1 << shift, size), bits);
  }

  static Layer head(long id, long size, Faults faults) throws IOException {
    return layer(
        id,
        CowDevice.SHIFT,
        new SimFile(size, faults, operation -> {}),
        new SimFile(0, faults, operation -> {}),
        size);
  }

  /** An empty head above layers that each have some blocks of the content and lies elsewhere. */
  static Chain scattered(byte[] content, int layers, Base base, Random random, Faults faults)
      throws IOException {
    var all = new ArrayList<Layer>();
    all.add(head(1, content.length, faults));
    for (int n = 0; n < layers; n++) {
      all.add(head(2 + n, content.length, faults));
    }
    for (int at = 0; at < content.length; at += CowDevice.BLOCK) {
      int end = Math.min(content.length, at + CowDevice.BLOCK);
      byte[] bytes = Arrays.copyOfRange(content, at, end);
      // One level has it (the base, if none does), those below may have something older.
      int level = base == null ? 1 + random.nextInt(layers) : 1 + random.nextInt(layers + 1);
      for (int below = level; below <= layers; below++) {
        if (below == level || random.nextBoolean()) {
          Layer layer = all.get(below);
          layer.file().write(at, ByteBuffer.wrap(bytes));
          layer.wrote(layer.blockDown(at), layer.blockUp(end));
          random.nextBytes(bytes);
        }
      }
    }
    return new Chain(all, base);
  }

  /** Where a base's chunks come from in tests: an array. */
  record ArraySource(byte[] content, Faults faults) implements Base.Source {
    @Override
    public boolean isZero(int chunk) {
      int from = chunk * Base.CHUNK;
      int to = Math.min(content.length, from + Base.CHUNK);
      return Arrays.equals(Arrays.copyOfRange(content, from, to), new byte[to - from]);
    }

    @Override
    public void read(int chunk, ByteBuffer target) throws IOException {
      faults.maybeFail("fetch");
      int from = chunk * Base.CHUNK;
      int length = Math.min(content.length - from, Base.CHUNK);
      target.put(content, from, length);
      HostFile.zeroRest(target);
    }
  }

  static Base base(byte[] content, Faults faults) throws IOException {
    long chunks = (content.length + Base.CHUNK - 1) / Base.CHUNK;
    var layer =
        layer(
            99,
            Base.SHIFT,
            new SimFile(chunks * Base.CHUNK, faults, operation -> {}),
            new SimFile(0, faults, operation -> {}),
            chunks * Base.CHUNK);
    return new Base(layer, new ArraySource(content, faults), chunks);
  }
}
