/**
 * The agent: the one process on a host that keeps images, containers and volumes.
 *
 * <p>{@code Settings} are read from flags, the environment and a file; {@code Agent} constructs
 * every capability with plain constructors, recovers what the last life left half done, and only
 * then serves the Docker API on {@code <run>/docker.sock} and {@code <run>/stowage.sock}. {@code
 * Main} runs it in the foreground until SIGTERM.
 *
 * <pre>
 *   lock the root -> records -> layers -> volumes -> images -> containers -> sweep -> serve
 * </pre>
 *
 * <p>The agent stays in the mount namespace it was started in: layers and container roots are
 * mounted under {@code <run>/mounts}, which is private to itself, so that they do not appear
 * anywhere else, yet an agent that is started again finds the mounts of containers that still run.
 */
package stowage.agent;
