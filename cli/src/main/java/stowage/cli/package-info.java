/** The command line. */
package stowage.cli;
