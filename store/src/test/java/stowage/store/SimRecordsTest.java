package stowage.store;

class SimRecordsTest extends RecordsContract {
  @Override
  Records open() {
    return new SimMachine().records();
  }
}
