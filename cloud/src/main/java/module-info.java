/** EBS as a domain: regions, zones, instances, volumes, attachments, snapshots. */
module stowage.cloud {
  requires transitive stowage.base;
  requires transitive stowage.store;
  requires transitive stowage.chunk;
  requires transitive stowage.block;

  exports stowage.cloud;
}
