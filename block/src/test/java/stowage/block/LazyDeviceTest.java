package stowage.block;

import java.io.IOException;

class LazyDeviceTest extends BlockDeviceContract {
  @Override
  BlockDevice device(byte[] content, Faults faults) throws IOException {
    Base base = Chains.base(content, faults);
    return new CowDevice(Chains.scattered(content, 2, base, random, faults), content.length);
  }
}
