/** Images: references, pull, push, load, save, import, prune. */
module stowage.image {
  requires stowage.base;
  requires stowage.oci;
  requires stowage.http;
  requires stowage.store;
  requires stowage.layer;

  exports stowage.image;
}
