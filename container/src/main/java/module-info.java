/** Containers: create, start, exec, attach, logs, stop, remove; mounts. */
module stowage.container {
  requires stowage.base;
  requires stowage.linux;
  requires stowage.oci;
  requires stowage.store;
  requires stowage.layer;
  requires stowage.image;
  requires stowage.volume;

  exports stowage.container;
}
