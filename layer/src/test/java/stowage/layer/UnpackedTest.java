package stowage.layer;

import org.junit.jupiter.api.Nested;

/** The fallback for kernels without EROFS passes every test of the real thing. */
class UnpackedTest {
  @Nested
  class Store extends LayerStoreTest {
    @Override
    LayerStore.Showing showing() {
      return LayerStore.Showing.UNPACKED;
    }
  }

  @Nested
  class Chains extends ChainTest {
    @Override
    LayerStore.Showing showing() {
      return LayerStore.Showing.UNPACKED;
    }
  }

  @Nested
  class Actives extends ActiveTest {
    @Override
    LayerStore.Showing showing() {
      return LayerStore.Showing.UNPACKED;
    }
  }
}
