/** Block devices: the copy-on-write engine, volumes of a zone, and their snapshots. */
module stowage.block {
  requires transitive stowage.base;
  requires stowage.linux;
  requires transitive stowage.store;
  requires stowage.chunk;

  exports stowage.block;
}
