package stowage.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stowage.base.Time;
import stowage.chunk.ChunkStore;
import stowage.store.SqliteRecords;

/** EBS's rules and what becomes of verbs whose zone is down or does not answer. */
class RegionTest {
  private static final String HOST = "i-0123456789abcdef0";

  @TempDir Path folder;

  private final TestZone zone = new TestZone();
  private SqliteRecords records;
  private ChunkStore chunks;
  private Region region;

  @BeforeEach
  void open() {
    records = SqliteRecords.openShared(folder.resolve("region.db"));
    chunks = ChunkStore.open(folder.resolve("chunks"), Time.SYSTEM);
    var zones = List.of(new ZoneInfo("local-a", "local-az1"), new ZoneInfo("local-b", "local-az2"));
    var settings = new Region.Settings("local", "000000000000", zones);
    region = Region.open(settings, records, _ -> zone, chunks, Time.SYSTEM);
    region
        .instances()
        .register(new RegisterHost(HOST, "local-a", new Instance.Host("h", "/run/dev", "loop")));
  }

  @AfterEach
  void close() {
    region.close();
    chunks.close();
    records.close();
  }

  private EbsVolume volume() {
    return region.volumes().create(CreateVolume.in("local-a", AskedConfig.of("gp3", 1)));
  }

  private Attachment attach(EbsVolume volume) {
    return region.volumes().attach(new AttachVolume(volume.id(), HOST, "/dev/sdf", false));
  }

  private Attachment detach(EbsVolume volume, boolean force) {
    return region
        .volumes()
        .detach(new DetachVolume(volume.id(), Optional.empty(), Optional.empty(), force, false));
  }

  private static void breaks(Class<? extends Rule> rule, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(RuleBroken.class, e -> assertThat(e.rule()).isInstanceOf(rule));
  }

  private String state(EbsVolume volume) {
    return region.volumes().require(volume.id()).state().word();
  }

  /** "answered while it is creating, and available at the next look" */
  @Test
  void aVolumeLivesFromCreatingToGone() {
    var volume = volume();
    assertThat(volume.state().word()).isEqualTo("creating");
    assertThat(state(volume)).isEqualTo("available");
    assertThat(volume.config().iops()).isEqualTo(3000);
    assertThat(attach(volume).phase().word()).isEqualTo("attaching");
    var at = region.volumes().require(volume.id()).attachment(HOST).orElseThrow();
    assertThat(at.phase().path()).isEqualTo("/dev/loop7");
    breaks(Held.AlreadyAttached.class, () -> attach(volume));
    breaks(Held.StillAttached.class, () -> region.volumes().delete(volume.id(), false));
    assertThat(detach(volume, false).phase().word()).isEqualTo("detaching");
    assertThat(state(volume)).isEqualTo("available");
    breaks(NotNow.NotAttached.class, () -> detach(volume, false));
    region.volumes().delete(volume.id(), false);
    breaks(NoSuch.Volume.class, () -> region.volumes().require(volume.id()));
    assertThat(zone.made).isEmpty();
  }

  /** "An EBS volume can only meet an instance of its own zone." */
  @Test
  void anotherZonesVolumeIsRefused() {
    var other = region.volumes().create(CreateVolume.in("local-b", AskedConfig.of("gp3", 1)));
    breaks(InvalidPlace.ZoneMismatch.class, () -> attach(other));
  }

  /** "Detach of a volume whose device is open or mounted", and a detach by force. */
  @Test
  void aHeldDeviceIsDetachedByForceOnly() {
    var volume = volume();
    attach(volume);
    zone.held = true;
    breaks(Held.DeviceBusy.class, () -> detach(volume, false));
    var at = region.volumes().require(volume.id()).attachment(HOST).orElseThrow();
    assertThat(at.phase())
        .isEqualTo(new Attachment.Phase.Busy("/dev/loop7", "", "mounted at /mnt"));
    detach(volume, true);
    assertThat(state(volume)).isEqualTo("available");
    assertThat(attach(volume).epoch()).as("higher than any before").isEqualTo(2);
  }

  /** "What a crash leaves in between is finished by settle." */
  @Test
  void aZoneThatIsDownOrMuteIsAskedAgain() {
    zone.down = true;
    var volume = volume();
    assertThat(state(volume)).isEqualTo("creating");
    zone.down = false;
    zone.mute = true;
    region.settle();
    assertThat(state(volume)).isEqualTo("creating");
    zone.mute = false;
    region.settle();
    assertThat(state(volume)).isEqualTo("available");
    zone.mute = true;
    attach(volume);
    zone.mute = false;
    region.settle();
    assertThat(region.volumes().require(volume.id()).attachment(HOST).orElseThrow().phase().word())
        .isEqualTo("attached");
    zone.down = true;
    detach(volume, false);
    zone.down = false;
    assertThat(state(volume)).isEqualTo("available");
    zone.down = true;
    region.volumes().delete(volume.id(), false);
    assertThat(state(volume)).isEqualTo("deleting");
    zone.down = false;
    region.settle();
    assertThat(zone.made).isEmpty();
  }

  /** "the same token again does nothing and answers the same" */
  @Test
  void aTokenMakesOneVolume() {
    var request = CreateVolume.in("local-a", AskedConfig.of("gp3", 1)).as(Call.once("t"));
    var first = region.volumes().create(request);
    assertThat(region.volumes().create(request).id()).isEqualTo(first.id());
    var other = CreateVolume.in("local-a", AskedConfig.of("gp3", 2)).as(Call.once("t"));
    breaks(Repeated.OtherParameters.class, () -> region.volumes().create(other));
    region.volumes().delete(first.id(), false);
    breaks(Repeated.Deleted.class, () -> region.volumes().create(request));
  }

  /** "the request ... would have been done, had it not said that it is only a trial" */
  @Test
  void aTrialChangesNothing() {
    var trial =
        CreateVolume.in("local-a", AskedConfig.of("gp3", 1)).as(new Call(Optional.empty(), true));
    breaks(DryRun.class, () -> region.volumes().create(trial));
    assertThat(region.volumes().describe(Query.ALL).items()).isEmpty();
  }

  /** The limits of the types of volumes. */
  @Test
  void aVolumeHasWhatItsTypeHas() {
    breaks(
        InvalidConfig.TooSmall.class,
        () -> region.volumes().create(CreateVolume.in("local-a", AskedConfig.of("st1", 1))));
    breaks(
        InvalidConfig.TooLarge.class,
        () -> region.volumes().create(CreateVolume.in("local-a", AskedConfig.of("gp2", 16_385))));
    breaks(
        InvalidConfig.RequiredForType.class,
        () -> region.volumes().create(CreateVolume.in("local-a", AskedConfig.of("io2", 4))));
  }

  /** "Takes a snapshot; answered while it is pending." */
  @Test
  void aSnapshotIsTakenOnceAndMadeIntoAVolume() {
    var volume = volume();
    zone.mute = true;
    var snapshot =
        region.snapshots().create(new CreateSnapshot(volume.id(), "d", Map.of("k", "v"), false));
    assertThat(snapshot.state().word()).isEqualTo("pending");
    zone.mute = false;
    var done = region.snapshots().require(snapshot.id());
    assertThat(done.state().word()).isEqualTo("completed");
    assertThat(region.volumes().require(volume.id()).pendingSnapshots()).isEmpty();
    var from = CreateVolume.in("local-a", AskedConfig.NONE).from(snapshot.id());
    assertThat(region.volumes().create(from).config().sizeGib()).isEqualTo(1);
    region.snapshots().delete(snapshot.id(), false);
    breaks(NoSuch.Snapshot.class, () -> region.snapshots().require(snapshot.id()));
    assertThat(zone.snapshots).isEmpty();
  }

  /** "all filters must hold", and pages name where the next starts. */
  @Test
  void describesAreFilteredAndPaged() {
    for (int i = 0; i < 7; i++) {
      var request = CreateVolume.in("local-a", AskedConfig.of("gp3", 1));
      region.volumes().create(request.tagged(Map.of("n", "v" + i)));
    }
    var one =
        Query.where(new Filter("tag:n", List.of("v?", "x")), new Filter("size", List.of("1")));
    assertThat(region.volumes().describe(one).items()).hasSize(7);
    var five =
        new Query(List.of(), List.of(), java.util.OptionalInt.of(5), Optional.empty(), false);
    var page = region.volumes().describe(five);
    assertThat(page.items()).hasSize(5);
    var rest =
        region
            .volumes()
            .describe(
                new Query(
                    List.of(), List.of(), java.util.OptionalInt.of(5), page.nextToken(), false));
    assertThat(rest.items()).hasSize(2).doesNotContainAnyElementsOf(page.items());
    assertThat(rest.nextToken()).isEmpty();
    var unknown = Query.where(new Filter("colour", List.of("red")));
    breaks(InvalidQuery.UnknownFilter.class, () -> region.volumes().describe(unknown));
  }

  /** "their volumes are detached, and deleted where that was said" */
  @Test
  void aTerminatedInstanceLetsItsVolumesGo() {
    var goes = volume();
    attach(goes);
    region.instances().deleteOnTermination(HOST, "/dev/sdf", true, false);
    region.instances().terminate(List.of(HOST), false);
    assertThat(region.instances().require(HOST).state().word()).isEqualTo("terminated");
    assertThat(zone.made).isEmpty();
  }
}
