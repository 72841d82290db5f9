/**
 * Images: what containers are made from.
 *
 * <p>An {@link stowage.image.Image} is a config (a JSON document; its SHA-256 is the image's id)
 * and the list of layers it names, by diffId. References ("debian:12", "host:5000/app@sha256:...")
 * point at images; an image may have none. {@link stowage.image.Images} keeps them: it fetches them
 * from registries, loads and saves archives, makes them from tars and from containers, and removes
 * them by Docker's rules.
 *
 * <p>Durable before visible: layers and blobs are synced before the one record that makes an image
 * exist; a removal deletes that record first. A crash leaves an image wholly there or not there,
 * and layers nobody holds are swept at the next start.
 *
 * <p>What this package must not know: HTTP as Docker's clients speak it, containers (it asks {@link
 * stowage.image.UsedBy}), and what a layer looks like inside.
 */
package stowage.image;
