package stowage.container;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import stowage.base.ByteStrings;
import stowage.base.Events;
import stowage.base.StowageException;
import stowage.base.Time;
import stowage.image.Images;
import stowage.image.RegistrySettings;
import stowage.layer.LayerStore;
import stowage.linux.MountTable;
import stowage.linux.Mounts;
import stowage.store.Blobs;
import stowage.store.HostDisk;
import stowage.store.Publish;
import stowage.store.Records;
import stowage.store.SqliteRecords;
import stowage.volume.LocalDriver;
import stowage.volume.Volumes;

/**
 * Containers on real layers, the real runtime and monitor, in a root of their own, with an image
 * {@code box} made of the machine's static busybox. {@link #restart} is a new life of the agent.
 */
final class Rig implements AutoCloseable {
  private static final String LINK = "link:";
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  final Path root;
  final Path run;
  final List<String> events = new CopyOnWriteArrayList<>();
  Records records;
  LayerStore layers;
  Images images;
  Volumes volumes;
  Containers containers;

  private final UnaryOperator<Records> fault;

  Rig(Path base) throws IOException {
    this(base, UnaryOperator.identity());
  }

  /** With something between the containers and their records. */
  Rig(Path base, UnaryOperator<Records> fault) throws IOException {
    this.fault = fault;
    root = Files.createDirectories(base.resolve("root"));
    run = Files.createDirectories(base.resolve("run"));
    open();
    containers.recover();
    image(
        "box",
        List.of(),
        "/etc/passwd",
        "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n",
        "/etc/group",
        "root:x:0:\nann:x:1000:\ncrew:x:2000:ann\n");
  }

  private void open() {
    var disk = new HostDisk(root);
    var publish = Publish.in(disk, "tmp");
    records = SqliteRecords.open(root);
    layers = new LayerStore(root, run, disk, publish, records, Time.SYSTEM);
    Events tales = (type, action, id, attributes) -> events.add(type + " " + action);
    var blobs = new Blobs(disk, publish);
    images = new Images(records, blobs, layers, tales, Time.SYSTEM, RegistrySettings.DEFAULT);
    images.recover();
    volumes =
        new Volumes(records, Map.of("local", new LocalDriver(root, disk)), tales, Time.SYSTEM);
    volumes.recover();
    var mounts = new MountApplier(root, run, layers, images, volumes, tales);
    containers =
        new Containers(
            root,
            run,
            fault.apply(records),
            layers,
            images,
            mounts,
            tales,
            Time.SYSTEM,
            List.of("crun", "runc"));
  }

  /** Another life of the agent on the same root; the one before just vanishes, as by kill -9. */
  void restart() {
    vanish();
    comeBack();
  }

  void vanish() {
    containers.close();
  }

  /** Takes a container's record away, as if it had never been acknowledged. */
  void forget(String id) {
    records.commit(new Records.Change.Delete(ContainerJson.KIND, id));
  }

  /** Kills a container behind the agent's back, and waits for its monitor to end too. */
  void kill(String id) {
    var process = ProcessId.of((State.Running) containers.require(id).state());
    var monitor = ProcessId.of(process.parent());
    process.signal(Signals.KILL);
    awaitUntil(() -> !monitor.isAlive());
  }

  void comeBack() {
    records.close();
    open();
    containers.recover();
    layers.sweep();
  }

  /** An image of busybox where {@code path} is a symlink to {@code target}. */
  void link(String name, String path, String target) throws IOException {
    image(name, List.of(), path, LINK + target);
  }

  /** An image of busybox with the usual directories and these files, by path and content. */
  void image(String name, List<String> changes, String... files) throws IOException {
    Path tree = Files.createTempDirectory("rig-image");
    Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      for (String directory :
          List.of("bin", "etc", "tmp", "proc", "dev", "sys", "root", "home/ann")) {
        Files.createDirectories(tree.resolve(directory));
      }
      Files.copy(BUSYBOX, tree.resolve("bin/busybox"));
      for (String applet :
          List.of(
              "sh",
              "true",
              "false",
              "cat",
              "echo",
              "sleep",
              "ls",
              "id",
              "env",
              "pwd",
              "stty",
              "head",
              "dd",
              "ps",
              "kill",
              "touch",
              "test",
              "mount",
              "ip",
              "hostname",
              "seq",
              "tail",
              "grep",
              "wc",
              "yes",
              "readlink",
              "ulimit",
              "usleep",
              "rm",
              "mkdir",
              "ln",
              "nc")) {
        Files.createSymbolicLink(tree.resolve("bin/" + applet), Path.of("busybox"));
      }
      for (int i = 0; i < files.length; i += 2) {
        Path file = tree.resolve(files[i].substring(1));
        Files.createDirectories(file.getParent());
        if (files[i + 1].startsWith(LINK)) {
          Trees.delete(file);
          Files.createSymbolicLink(file, Path.of(files[i + 1].substring(LINK.length())));
        } else {
          Files.writeString(file, files[i + 1]);
        }
      }
      var tar = new ProcessBuilder("tar", "-C", tree.toString(), "-c", ".").start();
      var all = new ArrayList<>(List.of("ENV FROM_IMAGE=yes"));
      all.addAll(changes);
      images.importTar(tar.getInputStream(), Optional.of(name), all, "", Optional.empty());
    } finally {
      Trees.delete(tree);
    }
  }

  /** Runs it in the foreground: creates, attaches, starts, reads to the end. */
  Result run(ContainerSpec spec) {
    String id = containers.create(spec, "").id();
    return start(id);
  }

  Result run(String... command) {
    return run(ContainerSpec.of("box", command));
  }

  Result start(String id) {
    try (var attachment = containers.attach(id, Attachment.Options.ALL)) {
      var exit = containers.wait(id, WaitFor.NEXT_EXIT);
      containers.start(id);
      attachment.stdin().close();
      var output = read(attachment);
      return new Result(id, exit.join().code(), output.out(), output.err());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Starts it behind; its id. */
  String detached(String... command) {
    return detached(ContainerSpec.of("box", command));
  }

  String detached(ContainerSpec spec) {
    String id = containers.create(spec, "").id();
    containers.start(id);
    return id;
  }

  /** Runs a further process to its end. */
  Result exec(String id, Exec.Request request) {
    var exec = containers.createExec(id, request);
    Output output;
    try (var attachment = containers.startExec(exec.id(), false)) {
      output = read(attachment);
    }
    awaitUntil(() -> containers.requireExec(exec.id()).exitCode().isPresent());
    int code = containers.requireExec(exec.id()).exitCode().orElseThrow();
    return new Result(exec.id(), code, output.out(), output.err());
  }

  /** Both streams of a container's log. */
  String log(String id) {
    return log(id, -1);
  }

  String log(String id, long tail) {
    var options = new LogOptions(true, true, false, Optional.empty(), Optional.empty(), tail);
    return text(id, options, "");
  }

  /** Follows the log until a line has this in it. */
  void awaitLog(String id, String words) {
    var options = new LogOptions(true, true, true, Optional.empty(), Optional.empty(), -1);
    if (!text(id, options, words).contains(words)) {
      throw new AssertionError("ended without writing " + words);
    }
  }

  private String text(String id, LogOptions options, String until) {
    var text = new StringBuilder();
    try (var log = containers.logs(id, options)) {
      for (var entry = log.next(); entry.isPresent(); entry = log.next()) {
        text.append(new String(entry.get().bytes(), StandardCharsets.UTF_8));
        if (!until.isEmpty() && text.indexOf(until) >= 0) {
          return text.toString();
        }
      }
    }
    return text.toString();
  }

  /** Waits for what nobody tells. */
  void awaitUntil(java.util.function.BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  /** Where a container is mounted. */
  List<String> mountsOf(String id) {
    try {
      return MountTable.own().stream()
          .map(MountTable.Mount::mountPoint)
          .filter(point -> point.contains(id))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All that comes out of an attachment. */
  static Output read(Attachment attachment) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    for (var frame = attachment.read(); frame.isPresent(); frame = attachment.read()) {
      (frame.get().stream() == Attachment.Stream.STDOUT ? out : err)
          .writeBytes(frame.get().bytes());
    }
    return new Output(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** What {@code docker run} would have shown. */
  record Result(String id, int code, String out, String err) {}

  record Output(String out, String err) {}

  @Override
  public void close() {
    for (Container container : containers.list()) {
      try {
        containers.remove(container.id(), true, true);
      } catch (StowageException e) {
        System.getLogger("stowage.container").log(System.Logger.Level.ERROR, "left over", e);
      }
    }
    containers.close();
    layers.close();
    records.close();
    try {
      var prefix = ByteStrings.ofPath(run);
      for (var mount : MountTable.own().reversed()) {
        if (mount.mountPoint().startsWith(prefix)) {
          Mounts.umount2(mount.mountPoint(), Mounts.MNT_DETACH);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
