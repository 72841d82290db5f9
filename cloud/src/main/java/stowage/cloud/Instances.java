package stowage.cloud;

import java.util.List;

/** The instances of a region. Any thread may call. */
public final class Instances {
  Instances() {}

  /** A host says that it is an instance; durable when it returns. */
  public Instance register(RegisterHost request) {
    throw Region.later();
  }

  /** A host is no instance any more; it must have no volumes. */
  public void deregister(String instanceId) {
    throw Region.later();
  }

  /** Makes instances that are no hosts. */
  public List<Instance> run(RunInstances request) {
    throw Region.later();
  }

  /** Starts stopped instances. */
  public List<StateChange> start(List<String> instanceIds, boolean dryRun) {
    throw Region.later();
  }

  /** Stops running instances; their volumes stay attached. */
  public List<StateChange> stop(List<String> instanceIds, boolean dryRun) {
    throw Region.later();
  }

  /** Ends instances; their volumes are detached, and deleted where that was said. */
  public List<StateChange> terminate(List<String> instanceIds, boolean dryRun) {
    throw Region.later();
  }

  /** Says whether the volume at that device goes with the instance. */
  public void deleteOnTermination(
      String instanceId, String device, boolean delete, boolean dryRun) {
    throw Region.later();
  }

  /** Those that match, by id. */
  public Page<Instance> describe(Query query) {
    throw Region.later();
  }

  /** One instance, or {@link NoSuch.Machine}. */
  public Instance require(String instanceId) {
    throw Region.later();
  }
}
