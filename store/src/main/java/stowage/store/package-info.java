/**
 * Crash-safe persistence: what is acknowledged survives kill -9, power loss and a full disk; what
 * is not acknowledged is wholly there or wholly absent after the next start.
 *
 * <p>Two nouns carry it. A {@link stowage.store.Disk} is a directory tree that can crash: it has
 * only the calls whose durability is understood. {@link stowage.store.Records} is the metadata:
 * small JSON records that are committed together. Everything else is built on the two and is the
 * same on the real disk and on the simulated one of the tests:
 *
 * <pre>
 *   Publish   temp file, fsync, rename without replace, fsync the directory
 *   Blobs     small files named by their digest
 *   Reserve   room that is given up so that deleting works on a full disk
 *   RootLock  one agent per root
 * </pre>
 *
 * <p>The order is always the same, <em>durable before visible</em>: bytes are published first, the
 * record that names them is committed second, the caller is answered third; removal is the reverse,
 * the record first. So a crash can leave a file that no record names (swept at start), never a
 * record whose file is missing.
 *
 * <p>Names are byte strings relative to the root, parts separated by a slash, made by Stowage and
 * never by an image or a container. Sizes and offsets are bytes.
 */
package stowage.store;
