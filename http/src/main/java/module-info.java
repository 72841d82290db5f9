/** HTTP/1.1 server and client, on TCP and unix sockets. */
module stowage.http {
  requires stowage.base;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.unixdomain.server;

  exports stowage.http;
}
