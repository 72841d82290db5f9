package stowage.store;

class SimDiskTest extends DiskContract {
  @Override
  protected Disk disk() {
    return new SimMachine().disk();
  }
}
