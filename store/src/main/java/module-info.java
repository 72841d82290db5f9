/** Crash-safe persistence over one small Disk interface. */
module stowage.store {
  requires stowage.base;
  requires stowage.linux;
  requires java.sql;

  exports stowage.store;
}
