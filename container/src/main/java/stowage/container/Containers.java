package stowage.container;

import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import stowage.base.Digest;
import stowage.base.JsonObject;
import stowage.base.StowageException.Unsupported;
import stowage.image.UsedBy;
import stowage.layer.LayerStore;
import stowage.layer.PathChange;

/**
 * The containers of this host: made, run, watched and removed.
 *
 * <p>Wherever a {@code name} is asked for it is a container's name (with or without a slash before
 * it), its id, or the beginning of an id that only one container has; NotFound "No such container:
 * x" otherwise. Any number of threads may call at once: what takes long for one container never
 * holds up another one, nor a listing. A container's changes are durable when a method returns.
 *
 * <p>Containers outlive the agent: {@link #recover} finds them again, with what happened meanwhile.
 */
public final class Containers implements UsedBy, AutoCloseable {
  Containers() {}

  /**
   * At start, once: takes hold of the layers, finds the running containers and the ones that ended
   * meanwhile, undoes what a crash left half made or half removed, and starts what its policy says.
   */
  public void recover() {
    throw new Unsupported("recover");
  }

  /**
   * Makes a container; nothing runs yet. All or nothing, and durable when it returns.
   *
   * @param name empty: one is made up
   * @throws stowage.base.StowageException.NotFound if the image is not here
   * @throws stowage.base.StowageException.AlreadyExists if the name is taken
   * @throws stowage.base.StowageException.InvalidArgument if the spec makes no sense
   */
  public Created create(ContainerSpec spec, String name) {
    throw new Unsupported("create");
  }

  /** The container of that name. */
  public Container require(String name) {
    throw new Unsupported("require");
  }

  /** The container of that name, if there is one. */
  public Optional<Container> find(String name) {
    throw new Unsupported("find");
  }

  /** All containers, newest first. */
  public List<Container> list() {
    throw new Unsupported("list");
  }

  @Override
  public List<User> usersOf(Digest image) {
    throw new Unsupported("usersOf");
  }

  /**
   * Starts it. When it cannot be started nothing stays mounted and nothing runs; the error is in the
   * runtime's words as Docker tells them.
   *
   * @return false if it was running already
   */
  public boolean start(String name) {
    throw new Unsupported("start");
  }

  /**
   * Stops it: the signal, and SIGKILL when that did not help in time.
   *
   * @param signal empty: the container's own
   * @param timeoutSeconds empty: the container's own; negative: no end
   * @return false if it was not running
   */
  public boolean stop(String name, String signal, OptionalInt timeoutSeconds) {
    throw new Unsupported("stop");
  }

  /** Stops it if it runs, and starts it. */
  public void restart(String name, String signal, OptionalInt timeoutSeconds) {
    throw new Unsupported("restart");
  }

  /** Sends a signal ("TERM", "SIGTERM", "15"; empty: KILL) to its first process. */
  public void kill(String name, String signal) {
    throw new Unsupported("kill");
  }

  /** Freezes its processes. */
  public void pause(String name) {
    throw new Unsupported("pause");
  }

  /** Lets its processes go on. */
  public void unpause(String name) {
    throw new Unsupported("unpause");
  }

  /** Gives it another name. */
  public void rename(String name, String newName) {
    throw new Unsupported("rename");
  }

  /**
   * Changes limits and restart policy, of a running one at once.
   *
   * @param change from the limits it has to those it shall have
   * @return warnings
   */
  public List<String> update(
      String name, UnaryOperator<Limits> change, Optional<RestartPolicy> policy) {
    throw new Unsupported("update");
  }

  /**
   * Removes it and its writable layer, and nothing else unless asked.
   *
   * @param force whether a running one is killed first; otherwise that is WrongState
   * @param volumes whether its anonymous volumes go too
   */
  public void remove(String name, boolean force, boolean volumes) {
    throw new Unsupported("remove");
  }

  /** Removes all that do not run and match; what could not be removed stays. */
  public Pruned prune(Predicate<Container> which) {
    throw new Unsupported("prune");
  }

  /** Waits; giving up is cancelling the future. */
  public CompletableFuture<ExitStatus> wait(String name, WaitFor what) {
    throw new Unsupported("wait");
  }

  /**
   * Attaches to its streams, before it is started or while it runs. WrongState when it is paused or
   * restarting.
   */
  public Attachment attach(String name, Attachment.Options options) {
    throw new Unsupported("attach");
  }

  /** Sets the size of its terminal; of one that does not run: WrongState. */
  public void resize(String name, int rows, int columns) {
    throw new Unsupported("resize");
  }

  /** Reads its log. */
  public LogReader logs(String name, LogOptions options) {
    throw new Unsupported("logs");
  }

  /** Its processes, as {@code ps} with these arguments ("-ef" when empty) shows them. */
  public Top top(String name, String psArguments) {
    throw new Unsupported("top");
  }

  /** What it uses now. */
  public Stats stats(String name) {
    throw new Unsupported("stats");
  }

  /** What was written to its writable layer. */
  public Usage usage(String name) {
    throw new Unsupported("usage");
  }

  /** Prepares a further process in a running container. */
  public Exec createExec(String name, Exec.Request request) {
    throw new Unsupported("createExec");
  }

  /**
   * Starts it, attached to what its request asks for.
   *
   * @param detach whether nobody attaches; then there is nothing to read
   */
  public Attachment startExec(String execId, boolean detach) {
    throw new Unsupported("startExec");
  }

  /** The exec; NotFound "No such exec instance: x" otherwise. */
  public Exec requireExec(String execId) {
    throw new Unsupported("requireExec");
  }

  /** The execs of a container that have not been forgotten, oldest first. */
  public List<Exec> execs(String name) {
    throw new Unsupported("execs");
  }

  /** Sets the size of its terminal. */
  public void resizeExec(String execId, int rows, int columns) {
    throw new Unsupported("resizeExec");
  }

  /** What differs from the image. */
  public List<PathChange> changes(String name) {
    throw new Unsupported("changes");
  }

  /** Writes all its files as a tar. */
  public void export(String name, OutputStream out) {
    throw new Unsupported("export");
  }

  /**
   * Makes an image of it.
   *
   * @param config what the image's config is to say instead of the container's, in Docker's form
   * @param pause whether it is frozen meanwhile
   */
  public Digest commit(
      String name,
      Optional<String> reference,
      String author,
      String comment,
      List<String> changes,
      Optional<JsonObject> config,
      boolean pause) {
    throw new Unsupported("commit");
  }

  /** The OCI runtime, the monitor and what should be known of them. */
  public RuntimeInfo runtime() {
    throw new Unsupported("runtime");
  }

  /** Lets go of what the agent holds; containers go on. */
  @Override
  public void close() {}

  /** What a prune did. */
  public record Pruned(List<String> ids, long bytes) {
    public Pruned {
      ids = List.copyOf(ids);
    }
  }
}
