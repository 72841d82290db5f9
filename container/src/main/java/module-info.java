/** Containers: create, start, exec, attach, logs, stop, remove; mounts. */
module stowage.container {
  requires transitive stowage.base;
  requires stowage.linux;
  requires stowage.oci;
  requires stowage.store;
  requires transitive stowage.layer;
  requires transitive stowage.image;
  requires stowage.volume;

  exports stowage.container;
}
