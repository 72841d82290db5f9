/**
 * Layers: the read-only stacks under containers, and the one writable layer on top.
 *
 * <p>Nothing is ever unpacked. A <em>layer</em> is its exact uncompressed tar, kept as one file and
 * named by its digest (the <em>diffId</em>), plus a small EROFS <em>index</em> over it: inodes,
 * directories and xattrs, whose file data are ranges of the tar. The kernel mounts both together.
 *
 * <pre>
 *   blob --add--> Layer (tar + index)     chain = [bottom diffId, ..., top diffId]
 *   chain --view--> View                  read-only, mounted once, shared and counted
 *   chain --prepare--> Active --mount--> merged root;  changes, commit --> Layer;  remove
 *   chain --tree--> Tree                  a look inside without mounting
 * </pre>
 *
 * <p>A layer is durable when {@link stowage.layer.LayerStore#add add} returns. It stays while
 * somebody holds it (an image, a container, a lease) and is removed at once when nobody does.
 * Paths inside a layer are byte strings; they never become paths on the host.
 *
 * <p>Formats: docs/formats/layer.md. What this package must not know: images, references,
 * registries, runtimes.
 */
package stowage.layer;
