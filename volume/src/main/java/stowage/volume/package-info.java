/** Volumes. */
package stowage.volume;
