/** The daemon: configuration, wiring, recovery at start, shutdown. */
module stowage.agent {
  requires stowage.base;

}
