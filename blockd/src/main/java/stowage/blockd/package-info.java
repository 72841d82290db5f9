/** A zone's block server: the process that has its volumes, and how a host attaches them. */
package stowage.blockd;
