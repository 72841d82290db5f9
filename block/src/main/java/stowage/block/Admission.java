package stowage.block;

/**
 * An attachment that a volume lets in, until it is cut. Durable.
 *
 * @param volumeId whose
 * @param instanceId the host
 * @param epoch the fencing token; a session names it
 * @param readOnly writes are refused
 * @param shared other shared attachments may be admitted beside it
 */
public record Admission(
    String volumeId, String instanceId, long epoch, boolean readOnly, boolean shared) {}
