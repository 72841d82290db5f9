/**
 * HTTP/1.1 server and client, on unix sockets and TCP.
 *
 * <p>A {@link HttpServer} listens on {@link Listener}s and gives each request to one {@link
 * Handler} on a virtual thread of its own; a {@link Router} finds handlers by method and path.
 * Bodies stream both ways. A handler may answer 101 and take the connection as a {@link RawStream}
 * (Docker's attach and exec do). {@link HttpClient} is the other end, without any dependency.
 *
 * <p>Nothing here knows what is asked or answered; Jetty, which does the server's work, is not seen
 * outside.
 */
package stowage.http;
