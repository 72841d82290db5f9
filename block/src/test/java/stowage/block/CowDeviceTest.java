package stowage.block;

import java.io.IOException;

class CowDeviceTest extends BlockDeviceContract {
  @Override
  BlockDevice device(byte[] content, Faults faults) throws IOException {
    return new CowDevice(Chains.scattered(content, 3, null, random, faults), content.length);
  }
}
