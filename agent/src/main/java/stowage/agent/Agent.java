package stowage.agent;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import stowage.aws.AwsApi;
import stowage.base.ByteStrings;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.Time;
import stowage.container.Archive;
import stowage.container.Containers;
import stowage.container.MountApplier;
import stowage.docker.DockerApi;
import stowage.docker.Engine;
import stowage.http.HttpServer;
import stowage.http.Listener;
import stowage.image.Images;
import stowage.image.RegistrySettings;
import stowage.image.StoreCheck;
import stowage.layer.LayerStore;
import stowage.linux.ErrnoException;
import stowage.linux.Mounts;
import stowage.store.Blobs;
import stowage.store.HostDisk;
import stowage.store.Publish;
import stowage.store.RootLock;
import stowage.store.SqliteRecords;
import stowage.volume.EbsDriver;
import stowage.volume.LocalDriver;
import stowage.volume.VolumeDriver;
import stowage.volume.Volumes;

/** Everything, constructed, recovered and serving; the only place that constructs. */
final class Agent implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Agent.class.getName());
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int SOCKET_MODE = 0660;
  private static final String TMP = "tmp";
  private static final String PID = "agent.pid";

  private final Path run;
  private final RootLock lock;
  private final SqliteRecords records;
  private final LayerStore layers;
  private final Containers containers;
  private final Ebs ebs;
  private final AwsServer aws;
  private final HttpServer server;

  /**
   * Starts an agent; when it returns, clients get answers.
   *
   * @throws stowage.base.StowageException.InUse if another agent has the root
   */
  Agent(Settings settings) {
    long begin = Time.SYSTEM.nanos();
    Ebs.check(settings); // before anything is taken that would have to be given back
    AwsServer.check(settings);
    Path root = settings.path(Setting.ROOT);
    run = settings.path(Setting.RUN);
    directory(root, "rwx--x--x");
    directory(run, "rwxr-xr-x");
    lock = RootLock.take(root);
    var disk = new HostDisk(root);
    var publish = Publish.in(disk, TMP);
    records = SqliteRecords.open(root);
    var events = new EventLog(Time.SYSTEM);
    var showing = LayerStore.Showing.named(settings.get(Setting.LAYERS));
    layers = new LayerStore(root, run, disk, publish, records, Time.SYSTEM, showing);
    ebs = new Ebs(settings, records);
    var volumes = volumes(root, disk, records, ebs, events);
    var blobs = new Blobs(disk, publish);
    var images = new Images(records, blobs, layers, events, Time.SYSTEM, registries(settings));
    var mounts = new MountApplier(root, run, layers, images, volumes, events);
    containers =
        new Containers(
            root,
            run,
            records,
            layers,
            images,
            mounts,
            events,
            Time.SYSTEM,
            settings.list(Setting.RUNTIMES));
    // Who holds what must be known before the sweep removes what nobody holds.
    volumes.recover();
    images.recover();
    containers.recover();
    volumes.sweep();
    layers.sweep();
    ebs.resume();
    aws = AwsServer.start(settings, ebs.api(), AwsApi::refusal);
    var engine =
        new Engine(
            images,
            new StoreCheck(records, layers, images),
            volumes,
            containers,
            new Archive(mounts, containers::root),
            events,
            Host.facts(settings, records, layers, ebs.status(aws.told())),
            Time.SYSTEM);
    server = serve(settings, new DockerApi(engine));
    writePid();
    LOG.log(
        Level.INFO,
        "agent.started version={0} root={1} run={2} millis={3}",
        Host.VERSION,
        root,
        run,
        String.valueOf((Time.SYSTEM.nanos() - begin) / 1_000_000));
  }

  private static Volumes volumes(
      Path root, HostDisk disk, SqliteRecords records, Ebs ebs, EventLog events) {
    var onEbs = new EbsDriver(root, records, ebs, new HostFilesystems());
    ebs.chore(onEbs::tidy);
    var drivers = Map.<String, VolumeDriver>of("local", new LocalDriver(root, disk), "ebs", onEbs);
    return new Volumes(records, drivers, events, Time.SYSTEM);
  }

  /** For those who stop it without a service manager. */
  private void writePid() {
    try {
      Files.writeString(run.resolve(PID), ProcessHandle.current().pid() + "\n");
    } catch (IOException e) {
      LOG.log(Level.WARNING, "pid.unwritten path={0} reason={1}", run, e.getMessage());
    }
  }

  private void deletePid() {
    try {
      Files.deleteIfExists(run.resolve(PID));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "pid.left path={0} reason={1}", run, e.getMessage());
    }
  }

  private static void directory(Path path, String mode) {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
      }
    } catch (IOException e) {
      throw new Failed("cannot make the directory " + path + ": " + e.getMessage(), e);
    }
  }

  private static RegistrySettings registries(Settings settings) {
    String compression = settings.get(Setting.PUSH_COMPRESSION);
    return new RegistrySettings(
        new HashSet<>(settings.list(Setting.INSECURE_REGISTRIES)),
        settings.file(Setting.REGISTRY_CERTS),
        settings.yes(Setting.FOREIGN_LAYERS),
        switch (compression) {
          case "gzip" -> RegistrySettings.PushCompression.GZIP;
          case "zstd" -> RegistrySettings.PushCompression.ZSTD;
          case String other ->
              throw new InvalidArgument(Setting.PUSH_COMPRESSION.word(), other, "gzip or zstd");
        });
  }

  private HttpServer serve(Settings settings, DockerApi api) {
    var http = new HttpServer(api, DockerApi::refusal);
    String group = settings.get(Setting.GROUP);
    try {
      for (String name : new String[] {"docker.sock", "stowage.sock"}) {
        http.listen(new Listener.Unix(run.resolve(name), group, SOCKET_MODE));
      }
      Optional<Listener> tcp = tcp(settings);
      if (tcp.isPresent()) {
        http.listen(tcp.get());
      }
      http.start();
      return http;
    } catch (IOException e) {
      throw new Failed("cannot listen: " + e.getMessage(), e);
    }
  }

  private static Optional<Listener> tcp(Settings settings) {
    var address = Address.of(settings, Setting.LISTEN);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    String host = address.get().host();
    int port = address.get().port();
    var ca = settings.file(Setting.TLS_CA);
    var certificate = settings.file(Setting.TLS_CERT);
    var key = settings.file(Setting.TLS_KEY);
    if (ca.isEmpty() && certificate.isEmpty() && key.isEmpty()) {
      return Optional.of(new Listener.Loopback(host, port));
    }
    if (ca.isEmpty() || certificate.isEmpty() || key.isEmpty()) {
      throw new InvalidArgument("TLS needs all of tls-ca, tls-cert and tls-key");
    }
    return Optional.of(
        new Listener.Tls(
            host, port, new Listener.TlsFiles(ca.get(), certificate.get(), key.get())));
  }

  /** Stops serving and lets go; containers go on. */
  @Override
  public void close() {
    server.stop(GRACE);
    aws.close();
    containers.close();
    ebs.close();
    layers.close();
    records.close();
    deletePid();
    lock.close();
    // Stays when containers run in it; the next start takes it over.
    try {
      Mounts.umount2(ByteStrings.ofPath(run.resolve("mounts")), 0);
    } catch (ErrnoException inUse) {
      LOG.log(Level.DEBUG, "mounts.left path={0} reason={1}", run, inUse.getMessage());
    }
    LOG.log(Level.INFO, "agent.stopped");
  }
}
