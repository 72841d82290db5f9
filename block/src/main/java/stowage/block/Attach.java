package stowage.block;

/**
 * A host takes a volume.
 *
 * @param volumeId whose
 * @param instanceId the host, as in {@code i-0123456789abcdef0}
 * @param epoch of this attachment, higher than any this volume had before; it fences: from when
 *     this is admitted no request of a lower epoch is served (but those of attachments that are
 *     {@code shared} too and still admitted)
 * @param readOnly writes are refused
 * @param shared io1/io2 multi-attach: other shared attachments stay
 * @param link where a symbolic link to the device is made, as a byte string; empty: nowhere
 * @param path how: {@code auto}, {@code loop}, {@code nbd}, {@code fuse}, or {@code none} (the
 *     volume is only served by NBD, to whoever names the epoch)
 */
public record Attach(
    String volumeId,
    String instanceId,
    long epoch,
    boolean readOnly,
    boolean shared,
    String link,
    String path) {}
