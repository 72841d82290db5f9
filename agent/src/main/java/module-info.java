/** The daemon: configuration, wiring, recovery at start, shutdown. */
module stowage.agent {
  requires stowage.base;
  requires stowage.linux;
  requires stowage.oci;
  requires stowage.http;
  requires stowage.store;
  requires stowage.chunk;
  requires stowage.block;
  requires stowage.blockd;
  requires stowage.cloud;
  requires stowage.aws;
  requires stowage.layer;
  requires stowage.image;
  requires stowage.volume;
  requires stowage.container;
  requires stowage.docker;
  requires java.logging;
}
