/** A zone's block server: the process that has its volumes, and how a host attaches them. */
module stowage.blockd {
  requires transitive stowage.base;
  requires stowage.linux;
  requires transitive stowage.store;
  requires stowage.chunk;
  requires transitive stowage.block;
  requires stowage.nbd;

  exports stowage.blockd;
}
