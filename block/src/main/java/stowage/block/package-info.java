/** Block devices: the copy-on-write engine, volumes of a zone, and their snapshots. */
package stowage.block;
