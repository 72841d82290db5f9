package stowage.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import stowage.aws.AwsApi;
import stowage.base.StowageException;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.base.Time;
import stowage.block.Zone;
import stowage.blockd.BlockServer;
import stowage.blockd.ZoneClient;
import stowage.chunk.ChunkStore;
import stowage.cloud.Instance;
import stowage.cloud.Region;
import stowage.cloud.RegisterHost;
import stowage.cloud.RuleBroken;
import stowage.cloud.ZoneInfo;
import stowage.http.Handler;
import stowage.store.Records;
import stowage.store.SqliteRecords;
import stowage.volume.EbsHost;

/**
 * The region as this agent has it: opened, and this host made an instance of it, when it is first
 * asked for. An agent that never is has no database, no chunk store and no block server of it.
 */
final class Ebs implements EbsHost, AutoCloseable {
  private static final Logger LOG = System.getLogger(Ebs.class.getName());
  private static final String ACCOUNT = "000000000000";
  private static final String DATABASE = "region.db";
  private static final String CHUNKS = "chunks";
  private static final String KIND = "agent";
  private static final String INSTANCE = "instance";
  private static final Duration SETTLE_EVERY = Duration.ofSeconds(10);
  private static final List<String> PATHS = List.of("auto", "loop", "nbd", "fuse");
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int ID_DIGITS = 17;
  private static final int UNAVAILABLE = 503;

  private final Settings settings;
  private final Records own;
  private final Path folder;
  private final Path links;
  private final String zone;
  private final List<Runnable> chores = new ArrayList<>(); // before the first open
  private final Map<String, Zone> zones = new ConcurrentHashMap<>();
  private Optional<Open> open = Optional.empty(); // guarded by this
  private boolean closed; // guarded by this
  private Optional<Thread> keeper = Optional.empty(); // guarded by this

  private record Open(
      Region region, SqliteRecords records, ChunkStore chunks, String instance, AwsApi api) {}

  /**
   * Opens nothing yet.
   *
   * @param own the agent's records, where its instance id is kept
   */
  Ebs(Settings settings, Records own) {
    this.settings = settings;
    this.own = own;
    this.folder = settings.file(Setting.REGION_ROOT).orElse(settings.path(Setting.ROOT));
    this.links = settings.path(Setting.RUN).resolve("dev");
    this.zone = settings.get(Setting.ZONE);
  }

  /** Refuses settings that do not go together. */
  static void check(Settings settings) {
    String zone = settings.get(Setting.ZONE);
    if (zoneInfos(settings).stream().noneMatch(info -> info.name().equals(zone))) {
      throw new InvalidArgument(
          Setting.ZONE.word(), zone, "one of the zones " + zoneNames(settings));
    }
    String instance = settings.get(Setting.INSTANCE);
    if (!instance.isEmpty() && !instance.matches("i-([0-9a-f]{17}|[0-9a-f]{8})")) {
      throw new InvalidArgument(Setting.INSTANCE.word(), instance, "i- and 17 hex digits");
    }
    String path = settings.get(Setting.ATTACH);
    if (!PATHS.contains(path)) {
      throw new InvalidArgument(Setting.ATTACH.word(), path, String.join(", ", PATHS));
    }
  }

  /** The names of the region's zones. */
  static List<String> zoneNames(Settings settings) {
    var said = settings.list(Setting.ZONES);
    String region = settings.get(Setting.REGION);
    return said.isEmpty() ? List.of(region + "-a", region + "-b", region + "-c") : said;
  }

  private static List<ZoneInfo> zoneInfos(Settings settings) {
    var infos = new ArrayList<ZoneInfo>();
    for (String name : zoneNames(settings)) {
      infos.add(
          new ZoneInfo(name, "%s-az%d".formatted(settings.get(Setting.REGION), infos.size() + 1)));
    }
    return infos;
  }

  /** Work to be done every few seconds once the region is open; before it is. */
  void chore(Runnable work) {
    chores.add(work);
  }

  /**
   * At start, when this host has been an instance before: opens the region in the background, so
   * that what a crash left is finished though nobody asks.
   */
  synchronized void resume() {
    if (own.find(KIND, INSTANCE).isPresent() && Files.exists(folder.resolve(DATABASE))) {
      keep();
    }
  }

  @Override
  public Region region() {
    return opened().region;
  }

  @Override
  public String instance() {
    return opened().instance;
  }

  @Override
  public String zone() {
    return zone;
  }

  /** The EC2 and EBS APIs of the region, which the first request opens. */
  Handler api() {
    return (request, response) -> {
      AwsApi api;
      try {
        api = opened().api;
      } catch (StowageException e) {
        LOG.log(Level.WARNING, "region.unavailable reason={0}", e.getMessage());
        response.status(UNAVAILABLE).header("Content-Type", "text/xml");
        response.send(AwsApi.refusal(UNAVAILABLE, e.getMessage()).getBytes(UTF_8));
        return;
      }
      api.handle(request, response);
    };
  }

  private synchronized Open opened() {
    if (closed) {
      throw new StowageException.Unavailable("the agent is stopping", null);
    }
    if (open.isEmpty()) {
      open = Optional.of(open());
      keep();
    }
    return open.get();
  }

  private Open open() {
    try {
      Files.createDirectories(folder);
      Files.createDirectories(
          links,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    } catch (IOException e) {
      throw new Failed("cannot make the folders of the region: " + e.getMessage(), e);
    }
    String instance = instanceId();
    var records = SqliteRecords.openShared(folder.resolve(DATABASE));
    ChunkStore chunks = null;
    try {
      chunks = ChunkStore.open(folder.resolve(CHUNKS), Time.SYSTEM);
      var region =
          Region.open(
              new Region.Settings(settings.get(Setting.REGION), ACCOUNT, zoneInfos(settings)),
              records,
              this::zone,
              chunks,
              Time.SYSTEM);
      var host = new Instance.Host(hostName(), links.toString(), settings.get(Setting.ATTACH));
      region.instances().register(new RegisterHost(instance, zone, host));
      LOG.log(Level.INFO, "region.opened path={0} instance={1} zone={2}", folder, instance, zone);
      var api = new AwsApi(() -> region, AwsServer.credentials(settings), Time.SYSTEM);
      var opened = new Open(region, records, chunks, instance, api);
      records = null;
      return opened;
    } catch (RuleBroken e) {
      throw e.rule().failure();
    } finally {
      if (records != null) {
        if (chunks != null) {
          chunks.close();
        }
        records.close();
      }
    }
  }

  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }

  /** Made once for a root, and kept before anybody hears of it. */
  private String instanceId() {
    String said = settings.get(Setting.INSTANCE);
    var kept = own.find(KIND, INSTANCE).map(body -> body.required("id"));
    if (kept.isPresent() && (said.isEmpty() || said.equals(kept.get()))) {
      return kept.get();
    }
    String id = said.isEmpty() ? "i-" + stowage.base.Ids.random().substring(0, ID_DIGITS) : said;
    own.commit(new Records.Change.Put(KIND, INSTANCE, Map.of("id", id)));
    return id;
  }

  /** The zone of a name: its block server, started if nobody has. */
  private Zone zone(String name) {
    return zones.computeIfAbsent(name, this::connect);
  }

  private Zone connect(String name) {
    var place = folder.resolve("zones").resolve(name);
    var words = List.of(place.toString(), folder.resolve(CHUNKS).toString());
    return new ZoneClient(place, () -> startServer(place, words), Time.SYSTEM);
  }

  /** In a process of its own, that goes on when this one ends. */
  private static void startServer(Path place, List<String> words) {
    try {
      Files.createDirectories(place);
    } catch (IOException e) {
      throw new Failed("cannot make the zone's folder: " + e.getMessage(), e);
    }
    ChildJvm.start(BlockServer.class.getName(), words, place.resolve(BlockServer.LOG));
  }

  private void keep() {
    if (keeper.isEmpty() && !closed) {
      keeper = Optional.of(Thread.ofPlatform().daemon().name("ebs").start(this::settleForEver));
    }
  }

  private void settleForEver() {
    var told = "";
    while (true) {
      var reason = settle();
      if (!reason.isEmpty() && !reason.equals(told)) { // not the same every few seconds
        LOG.log(Level.WARNING, "region.unsettled reason={0}", reason);
      }
      told = reason;
      synchronized (this) {
        if (closed) {
          return;
        }
        try {
          wait(SETTLE_EVERY.toMillis());
        } catch (InterruptedException e) {
          return;
        }
        if (closed) {
          return;
        }
      }
    }
  }

  /** Why it could not be done; empty if it could. */
  private String settle() {
    try {
      region().settle();
      chores.forEach(Runnable::run);
      return "";
    } catch (StowageException | RuleBroken e) {
      return e.getMessage();
    }
  }

  /** What of it is told of this host. */
  List<List<String>> status(String endpoint) {
    return List.of(
        List.of("EBS", "%s in zone %s of %s".formatted("this host", zone, zoneNames(settings))),
        List.of("EBS endpoint", endpoint));
  }

  /** Volumes stay attached, and block servers go on. */
  @Override
  public void close() {
    Optional<Open> last;
    synchronized (this) {
      closed = true;
      last = open;
      open = Optional.empty();
      notifyAll();
    }
    keeper.ifPresent(Ebs::join);
    last.ifPresent(
        it -> {
          it.region.close();
          it.chunks.close();
          it.records.close();
        });
  }

  private static void join(Thread thread) {
    try {
      if (!thread.join(GRACE)) { // a zone that does not answer must not keep the agent
        LOG.log(Level.WARNING, "region.busy effect=\"what is under way is finished next time\"");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
