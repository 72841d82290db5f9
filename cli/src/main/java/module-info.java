/** The command line: a client of the agent. */
module stowage.cli {
  requires stowage.base;
  requires stowage.http;
}
