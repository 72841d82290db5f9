/** The Docker Engine API. */
module stowage.docker {
  requires stowage.base;
  requires stowage.http;
  requires stowage.oci;
  requires stowage.image;
  requires stowage.volume;
  requires stowage.container;

  exports stowage.docker;
}
