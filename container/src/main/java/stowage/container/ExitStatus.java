package stowage.container;

/**
 * How a container or an exec ended.
 *
 * @param code 0 to 255
 * @param error what went wrong beside the program; empty: nothing
 */
public record ExitStatus(int code, String error) {}
