package stowage.http;

import java.nio.file.Path;

/** Where a server listens. */
public sealed interface Listener {
  /**
   * A unix socket. A socket file already there is replaced.
   *
   * @param group owns the file if the host has a group of that name
   * @param mode permission bits of the file, such as 0660
   */
  record Unix(Path path, String group, int mode) implements Listener {}

  /** Plain TCP, on a loopback address only; requests that come from web pages are refused. */
  record Loopback(String host, int port) implements Listener {}

  /** TCP with TLS; only clients with a certificate signed by {@code files.ca} get an answer. */
  record Tls(String host, int port, TlsFiles files) implements Listener {}

  /** PEM files: who may connect (CA certificates), who we are (chain), and our private key. */
  record TlsFiles(Path ca, Path certificate, Path key) {}
}
