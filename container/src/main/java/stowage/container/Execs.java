package stowage.container;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import stowage.base.ByteStrings;
import stowage.base.Ids;
import stowage.base.Json;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.StowageException.LimitExceeded;
import stowage.base.StowageException.NotFound;
import stowage.base.StowageException.WrongState;

/**
 * Further processes in running containers. They are not durable: what is known of one is forgotten
 * with its container's end, and when the agent ends, though the process itself goes on.
 */
final class Execs {
  /** Execs remembered at once; the oldest ended ones make room. */
  private static final int REMEMBERED_MAX = 10_000;

  private static final int FAILED = 126;

  private final Host host;
  private final Roster roster;
  private final Runner runner;
  private final Tales tales;
  private final ConcurrentHashMap<String, Running> execs = new ConcurrentHashMap<>();
  private long born; // guarded by this: the order they were made in

  /** One exec in this life of the agent. */
  private static final class Running {
    final long order;
    final Exec.Request request;
    final Users.User user;
    final String containerId;
    final Console console;
    final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private Exec now; // guarded by this
    private boolean started; // guarded by this

    Running(long order, Exec exec, Users.User user) {
      this.order = order;
      this.request = exec.request();
      this.user = user;
      this.containerId = exec.containerId();
      this.console = new Console(request.tty(), true);
      this.now = exec;
    }

    synchronized Exec now() {
      return now;
    }

    synchronized void set(boolean running, Optional<Integer> code, int pid) {
      now = new Exec(now.id(), containerId, request, running, code, pid);
    }

    synchronized boolean start() {
      boolean first = !started;
      started = true;
      return first;
    }
  }

  Execs(Host host, Roster roster, Runner runner, Tales tales) {
    this.host = host;
    this.roster = roster;
    this.runner = runner;
    this.tales = tales;
  }

  Exec create(Slot slot, Exec.Request request) {
    Container container = slot.container();
    checkRunning(container);
    if (request.command().isEmpty()) {
      throw new InvalidArgument("No exec command specified");
    }
    checkWorkingDir(container, request.workingDir());
    Users.User user;
    try {
      user = runner.userOf(container, request.user());
    } catch (Failed e) {
      throw new InvalidArgument(e.getMessage());
    }
    makeRoom();
    var exec = new Exec(Ids.random(), container.id(), request, false, Optional.empty(), 0);
    synchronized (this) {
      execs.put(exec.id(), new Running(born++, exec, user));
    }
    tales.tell(
        container,
        "exec_create: " + String.join(" ", request.command()),
        Map.of("execID", exec.id()));
    return exec;
  }

  private static void checkRunning(Container container) {
    switch (container.state()) {
      case State.Running _ -> {}
      case State.Paused _ ->
          throw new WrongState(
              "Container %s is paused, unpause the container before exec"
                  .formatted(container.id()));
      case State.Restarting _ ->
          throw new WrongState(
              "Container %s is restarting, wait until the container is running"
                  .formatted(container.id()));
      case State.Created _, State.Exited _, State.Removing _ ->
          throw new WrongState("container %s is not running".formatted(container.id()));
    }
  }

  private static void checkWorkingDir(Container container, String directory) {
    var root = new RootFiles(Path.of("/proc/" + container.pid() + "/root"));
    WorkingDir.check(ByteStrings.ofText(directory), root::link);
  }

  private void makeRoom() {
    if (execs.size() < REMEMBERED_MAX) {
      return;
    }
    execs.values().stream()
        .filter(e -> e.now().exitCode().isPresent())
        .min(Comparator.comparingLong(e -> e.order))
        .ifPresentOrElse(
            e -> execs.remove(e.now().id()),
            () -> {
              throw new LimitExceeded("more than " + REMEMBERED_MAX + " execs at once", null);
            });
  }

  Exec require(String id) {
    return running(id).now();
  }

  private Running running(String id) {
    Running exact = execs.get(id);
    if (exact == null) {
      throw new NotFound(Resource.EXEC, id, "No such exec instance: " + id);
    }
    return exact;
  }

  List<Exec> of(String containerId) {
    return execs.values().stream()
        .filter(e -> e.containerId.equals(containerId))
        .sorted(Comparator.comparingLong(e -> e.order))
        .map(Running::now)
        .toList();
  }

  void resize(String id, int rows, int columns) {
    Running exec = running(id);
    if (!exec.now().running()) {
      throw new WrongState("exec %s is not running".formatted(id));
    }
    exec.console.resize(rows, columns);
  }

  /** Forgets those of a container that has ended. */
  void forget(String containerId) {
    execs.values().removeIf(e -> e.containerId.equals(containerId) && !e.now().running());
  }

  Attachment start(String id, boolean detach) {
    Running exec = running(id);
    Container container = roster.require(exec.containerId).container();
    checkRunning(container);
    if (!exec.start()) {
      throw new WrongState("exec %s has already been started".formatted(id));
    }
    var request = exec.request;
    var client =
        exec.console.attach(
            new Attachment.Options(
                !detach && request.attachStdin(),
                !detach && request.attachStdout(),
                !detach && request.attachStderr(),
                false,
                true));
    try {
      run(exec, container, !detach && request.attachStdin());
    } catch (Conmon.Refused e) {
      String message = RuntimeErrors.ofExec(e.getMessage());
      int code = RuntimeErrors.exitCode(message);
      return refused(exec, code == 128 ? FAILED : code, message, detach);
    } catch (StowageException e) {
      end(exec, FAILED);
      throw e;
    }
    tales.tell(
        container, "exec_start: " + String.join(" ", request.command()), Map.of("execID", id));
    return client;
  }

  /** Its exit code, once it has ended. */
  CompletableFuture<Integer> exit(String id) {
    return running(id).exit.copy();
  }

  private void run(Running exec, Container container, boolean input) throws Conmon.Refused {
    String id = exec.now().id();
    var request = exec.request;
    Path bundle = host.run().resolve("execs").resolve(id);
    var process =
        runner
            .specs()
            .exec(container, request, exec.user, HostFiles.hostname(container, HostFiles.ofHost()));
    Path spec = bundle.resolve("process.json");
    try {
      Files.createDirectories(bundle);
      Files.write(
          spec,
          Json.bytes(
              ConsoleSize.with(process.json(), request.tty(), request.rows(), request.columns())));
    } catch (IOException e) {
      throw new Failed("bundle of exec %s: %s".formatted(id, e.getMessage()), e);
    }
    try {
      var monitor =
          host.runtime()
              .conmon()
              .exec(
                  new Conmon.Job(id, bundle, "", request.tty(), input || request.tty(), false),
                  container.id(),
                  spec,
                  () -> attach(exec, bundle));
      exec.set(true, Optional.empty(), monitor.pid());
      host.background()
          .after(monitor.process().onExit(), "exec.exit", () -> ended(exec, container, bundle));
    } catch (Conmon.Refused | StowageException e) {
      Trees.delete(bundle);
      throw e;
    }
  }

  private static void attach(Running exec, Path bundle) {
    exec.console.connect(bundle, Optional.empty());
  }

  private void ended(Running exec, Container container, Path bundle) {
    int code = Ending.exitCode(bundle).orElse(FAILED);
    end(exec, code);
    Trees.delete(bundle);
    tales.tell(
        container,
        "exec_die",
        Map.of("execID", exec.now().id(), "exitCode", Integer.toString(code)));
  }

  private static void end(Running exec, int code) {
    exec.set(false, Optional.of(code), 0);
    exec.exit.complete(code);
    exec.console.end();
  }

  /** The runtime's refusal: output for whoever is attached, an error otherwise. */
  private static Attachment refused(Running exec, int code, String message, boolean detach) {
    end(exec, code);
    if (detach) {
      throw new InvalidArgument(message);
    }
    return new Words(exec.request.tty(), message + "\r\n");
  }

  /** An attachment that says one thing and ends. */
  private static final class Words implements Attachment {
    private final boolean tty;
    private Optional<Frame> words;

    Words(boolean tty, String words) {
      this.tty = tty;
      this.words = Optional.of(new Frame(Stream.STDOUT, words.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public boolean tty() {
      return tty;
    }

    @Override
    public synchronized Optional<Frame> read() {
      var next = words;
      words = Optional.empty();
      return next;
    }

    @Override
    public OutputStream stdin() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public void close() {}
  }
}
