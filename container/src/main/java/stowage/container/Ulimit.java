package stowage.container;

/**
 * A resource limit of the container's processes, as {@code ulimit} sets it.
 *
 * @param name without the prefix RLIMIT_, in lower case: {@code nofile}
 * @param soft -1: unlimited
 * @param hard -1: unlimited
 */
public record Ulimit(String name, long soft, long hard) {}
