/** The region's chunk store: snapshots as manifests of 512 KiB chunks named by SHA-256. */
module stowage.chunk {
  requires transitive stowage.base;
  requires stowage.linux;
  requires transitive stowage.store;

  exports stowage.chunk;
}
