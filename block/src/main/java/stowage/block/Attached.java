package stowage.block;

/**
 * An attachment as the zone has it.
 *
 * @param device the block device on this host, as in {@code /dev/loop3}; empty with path none
 * @param path how it comes to be: {@code loop}, {@code nbd}, {@code fuse} or {@code none}
 * @param uri where NBD clients find it ({@code nbd+unix:///EXPORT?socket=PATH}), the export name
 *     being volume, instance and epoch; empty for path loop, which no server stands before
 */
public record Attached(
    String volumeId, String instanceId, long epoch, String device, String path, String uri) {}
