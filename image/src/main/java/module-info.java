/** Images: references, pull, push, load, save, import, prune. */
module stowage.image {
  requires java.net.http;
  requires transitive stowage.base;
  requires stowage.linux;
  requires transitive stowage.oci;
  requires transitive stowage.store;
  requires transitive stowage.layer;

  exports stowage.image;
}
