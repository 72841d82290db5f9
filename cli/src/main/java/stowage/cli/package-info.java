/**
 * The command line: a client of the agent, and nothing more. It speaks the Docker Engine API over
 * the agent's socket and keeps no state.
 *
 * <p>A {@link stowage.cli.Command} is a name, its options and what it does; {@link
 * stowage.cli.Commands} lists them all; a {@link stowage.cli.Call} is one command with the words
 * given to it. What a command prints goes through {@link stowage.cli.Output}: tables for people,
 * JSON for programs, colours only on a terminal.
 *
 * <p>The process lives for one command, so what counts is how little is loaded before the first
 * byte is sent: no framework, no reflection, one socket.
 */
package stowage.cli;
