/**
 * Container volumes: directories the agent manages, which outlive containers.
 *
 * <p>A {@link stowage.volume.Volume} is a record of what was asked for; {@link
 * stowage.volume.Volumes} keeps all of them and knows who holds and who mounts each; a {@link
 * stowage.volume.VolumeDriver} knows where the bytes are. {@link stowage.volume.CopyTree} copies
 * directory trees faithfully and is how a volume gets its first content.
 *
 * <pre>
 *   create --> hold (a container, even a stopped one) --> mount (a running one)
 *                                                           |
 *   remove <-- release <------------------------------- unmount
 * </pre>
 *
 * <p>A volume exists when its record does, and its directory was durable before that. Holds and
 * mounts are counted in memory; containers tell them again when the agent starts.
 *
 * <p>Nothing here knows how a mount looks to a container, nor what a Docker request is.
 */
package stowage.volume;
