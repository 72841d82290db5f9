/** Container volumes and their drivers. */
module stowage.volume {
  requires stowage.base;
  requires stowage.linux;
  requires stowage.store;
  requires stowage.cloud;

  exports stowage.volume;
}
