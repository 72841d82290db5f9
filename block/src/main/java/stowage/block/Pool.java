package stowage.block;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stowage.base.StowageException.Unsupported;

/**
 * The volumes of one zone in one folder, and the engine that serves them. One process has it; a
 * second one is refused.
 *
 * <p>As a {@link Zone} it admits attachments but makes no devices: {@link #attach} answers path
 * {@code none}. Whoever serves the volumes (NBD, FUSE, loop) opens a {@link Session} for each
 * connection, and composes.
 */
public final class Pool implements Zone, AutoCloseable {
  private Pool() {}

  /**
   * Lets an attachment in, durably. Sessions of lower epochs are cut (unless both are shared): when
   * this returns none of their requests is under way, and later ones throw {@link StaleEpoch}. The
   * same admission again changes nothing.
   *
   * @throws stowage.base.StowageException.WrongState if its epoch is past
   */
  public void admit(Attach attach) {
    throw new Unsupported("not yet");
  }

  /**
   * Ends the instance's admission of this epoch or a lower one, as {@link #admit} ends older ones;
   * durable. Neither that epoch nor a lower one of this instance is admitted again.
   *
   * @return false if none was admitted
   */
  public boolean cut(String volumeId, String instanceId, long epoch) {
    throw new Unsupported("not yet");
  }

  /** Who is let in now, by epoch. */
  public List<Admission> admissions(String volumeId) {
    throw new Unsupported("not yet");
  }

  /**
   * A device for one admitted attachment; any number may be open at once.
   *
   * @throws StaleEpoch if that epoch of that instance is not admitted
   */
  public Session open(String volumeId, String instanceId, long epoch) throws StaleEpoch {
    throw new Unsupported("not yet");
  }

  /**
   * The file a loop device can be put over: of volumes whose engine is {@code raw} only. Before a
   * snapshot whoever has done so flushes the loop device, and freezes what is mounted from it.
   */
  public Optional<Path> rawFile(String volumeId) {
    throw new Unsupported("not yet");
  }

  @Override
  public void create(VolumeSpec spec) {
    throw new Unsupported("not yet");
  }

  @Override
  public void delete(String volumeId) {
    throw new Unsupported("not yet");
  }

  @Override
  public VolumeFacts facts(String volumeId) {
    throw new Unsupported("not yet");
  }

  @Override
  public List<String> volumes() {
    throw new Unsupported("not yet");
  }

  @Override
  public Attached attach(Attach attach) {
    throw new Unsupported("not yet");
  }

  @Override
  public void detach(String volumeId, String instanceId, long epoch, boolean force) {
    throw new Unsupported("not yet");
  }

  @Override
  public void snapshot(List<SnapshotSpec> snapshots) {
    throw new Unsupported("not yet");
  }

  @Override
  public SnapshotFacts snapshotFacts(String snapshotId) {
    throw new Unsupported("not yet");
  }

  @Override
  public void forget(String snapshotId) {
    throw new Unsupported("not yet");
  }

  @Override
  public void resize(String volumeId, long sizeBytes) {
    throw new Unsupported("not yet");
  }

  @Override
  public void limit(String volumeId, Limits limits) {
    throw new Unsupported("not yet");
  }

  @Override
  public void close() {}
}
