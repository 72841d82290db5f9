/** Block devices on the network: the NBD protocol. */
module stowage.nbd {
  requires transitive stowage.base;
  requires stowage.linux;
  requires transitive stowage.block;

  exports stowage.nbd;
}
