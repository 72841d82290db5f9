package stowage.volume;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import stowage.cloud.AttachVolume;
import stowage.cloud.CopyVolume;
import stowage.cloud.CreateVolume;
import stowage.cloud.DetachVolume;
import stowage.cloud.EbsVolume;
import stowage.cloud.EbsVolumeState;
import stowage.cloud.Filter;
import stowage.cloud.Held;
import stowage.cloud.NoSuch;
import stowage.cloud.NotNow;
import stowage.cloud.Query;
import stowage.cloud.RuleBroken;

/** A region as {@code cloud} has it, asked by one of its hosts. */
final class CloudRegion implements EbsRegion {
  private final EbsHost host;

  CloudRegion(EbsHost host) {
    this.host = host;
  }

  private static <T> T ruled(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuleBroken e) {
      throw e.rule().failure();
    }
  }

  private static void run(Runnable work) {
    try {
      work.run();
    } catch (RuleBroken e) {
      throw e.rule().failure();
    }
  }

  @Override
  public String instance() {
    return ruled(host::instance);
  }

  @Override
  public String zone() {
    return host.zone();
  }

  @Override
  public List<EbsVolume> tagged(String key, String value) {
    return ruled(
        () -> {
          var found = new ArrayList<EbsVolume>();
          var query = Query.where(new Filter("tag:" + key, List.of(value)));
          while (true) {
            var page = host.region().volumes().describe(query);
            page.items().stream()
                .filter(volume -> !(volume.state() instanceof EbsVolumeState.Deleting))
                .forEach(found::add);
            if (page.nextToken().isEmpty()) {
              return found;
            }
            query =
                new Query(
                    query.ids(), query.filters(), query.maxResults(), page.nextToken(), false);
          }
        });
  }

  @Override
  public Optional<EbsVolume> find(String volumeId) {
    try {
      return Optional.of(host.region().volumes().require(volumeId));
    } catch (RuleBroken e) {
      if (e.rule() instanceof NoSuch.Volume) {
        return Optional.empty();
      }
      throw e.rule().failure();
    }
  }

  @Override
  public EbsVolume create(CreateVolume plan) {
    return ruled(() -> host.region().volumes().create(plan));
  }

  @Override
  public List<EbsVolume> copy(CopyVolume plan) {
    return ruled(() -> host.region().volumes().copy(plan));
  }

  @Override
  public void delete(String volumeId) {
    try {
      host.region().volumes().delete(volumeId, false);
    } catch (RuleBroken e) {
      if (!(e.rule() instanceof NoSuch.Volume)) {
        throw e.rule().failure();
      }
    }
  }

  @Override
  public void tag(String volumeId, Map<String, String> tags) {
    run(() -> host.region().tags().create(List.of(volumeId), tags, false));
  }

  @Override
  public void untag(String volumeId, String... keys) {
    var tags = new HashMap<String, Optional<String>>();
    for (String key : keys) {
      tags.put(key, Optional.empty());
    }
    run(() -> host.region().tags().delete(List.of(volumeId), tags, false));
  }

  @Override
  public Set<String> devices() {
    return ruled(() -> host.region().instances().require(instance()).devices().keySet());
  }

  @Override
  public boolean attach(String volumeId, String device) {
    String instance = instance();
    try {
      host.region().volumes().attach(new AttachVolume(volumeId, instance, device, false));
      return true;
    } catch (RuleBroken e) {
      if (e.rule() instanceof Held.DeviceTaken) {
        return false;
      }
      if (e.rule() instanceof Held.AlreadyAttached held && held.instanceId().equals(instance)) {
        return true;
      }
      throw e.rule().failure();
    }
  }

  @Override
  public void detach(String volumeId, boolean force) {
    var mine = Optional.of(instance());
    try {
      host.region()
          .volumes()
          .detach(new DetachVolume(volumeId, mine, Optional.empty(), force, false));
    } catch (RuleBroken e) {
      if (!(e.rule() instanceof NotNow.NotAttached
          || e.rule() instanceof NoSuch.SuchAttachment
          || e.rule() instanceof NoSuch.Volume)) {
        throw e.rule().failure();
      }
    }
  }
}
