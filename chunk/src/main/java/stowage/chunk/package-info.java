/** The region's chunk store: snapshots as manifests of 512 KiB chunks named by SHA-256. */
package stowage.chunk;
