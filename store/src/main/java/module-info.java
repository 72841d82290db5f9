/** Crash-safe persistence over one small Disk interface. */
module stowage.store {
  requires transitive stowage.base;
  requires stowage.linux;
  requires java.sql;
  requires org.xerial.sqlitejdbc;

  exports stowage.store;
}
