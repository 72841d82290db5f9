package stowage.container;

/**
 * A device of the host given to a container.
 *
 * @param hostPath the device node, or a directory of them
 * @param containerPath where it appears
 * @param permissions some of {@code rwm}
 */
public record Device(String hostPath, String containerPath, String permissions) {}
