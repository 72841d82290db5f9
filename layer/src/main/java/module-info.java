/** Layers: import, index, mount, prepare, diff, commit. */
module stowage.layer {
  requires stowage.base;
  requires stowage.linux;
  requires stowage.oci;
  requires stowage.store;

  exports stowage.layer;
}
