/**
 * Containers: a chain of read-only layers, one writable layer, and processes that run on them.
 *
 * <p>A {@link stowage.container.ContainerSpec} says what is asked for; {@link
 * stowage.container.Containers} makes a {@link stowage.container.Container} of it, whose {@link
 * stowage.container.State} moves Created, Running, Exited and back. An {@link
 * stowage.container.Exec} is a further process in a running one; an {@link
 * stowage.container.Attachment} is a client's hold on a process's streams.
 *
 * <pre>
 *   Containers --- conmon (one a container, outlives the agent) --- the container's processes
 *        |            |-- attach socket: output frames, input      (Console, Attachment)
 *        |            |-- log file, CRI format                     (Logs)
 *        |            `-- exit file, one a container               (Exits)
 *        `--- runc or crun: create, kill, exec                     (Runtime)
 * </pre>
 *
 * <p>On disk: the record (kind {@code container}) is durable before create answers; the writable
 * layer and the log are under {@code <root>/containers/<id>}. Everything of a running container
 * (bundle, sockets, exit files) is under {@code <run>} and gone after a reboot. Sizes are bytes,
 * CPU time is nanoseconds. This package does not know HTTP, nor Docker's JSON.
 */
package stowage.container;
