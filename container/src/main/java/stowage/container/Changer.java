package stowage.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import stowage.base.StowageException;
import stowage.base.StowageException.InvalidArgument;

/** Changes what a container is: its name, its limits, its policy. */
final class Changer {
  private final Host host;
  private final Roster roster;
  private final Tales tales;

  Changer(Host host, Roster roster, Tales tales) {
    this.host = host;
    this.roster = roster;
    this.tales = tales;
  }

  void rename(Slot slot, String newName) {
    if (newName.isEmpty()) {
      throw new InvalidArgument("Neither old nor new names may be empty");
    }
    String next = Names.checked(newName);
    slot.lock.lock();
    try {
      Container container = slot.container();
      String old = container.name();
      if (old.equals(next)) {
        throw new InvalidArgument("Renaming a container with the same name as its current name");
      }
      roster.reserve(next, container.id());
      try {
        roster.change(slot, container.named(next), slot.stoppedByHand());
      } catch (StowageException e) {
        roster.free(next, container.id());
        throw e;
      }
      roster.free(old, container.id());
      tales.tell(slot.container(), "rename", Map.of("oldName", "/" + old));
    } finally {
      slot.lock.unlock();
    }
  }

  List<String> update(Slot slot, UnaryOperator<Limits> change, Optional<RestartPolicy> policy) {
    var warnings = new ArrayList<String>();
    slot.lock.lock();
    try {
      Container container = slot.container();
      var spec = container.spec();
      Limits limits = change.apply(spec.limits());
      SpecCheck.limits(limits, warnings);
      var life = spec.lifecycle();
      policy.ifPresent(SpecCheck::restart);
      if (life.autoRemove() && policy.isPresent() && policy.get().kind() != RestartPolicy.Kind.NO) {
        throw new InvalidArgument(
            "Restart policy cannot be updated because AutoRemove is enabled for the container");
      }
      warnings.addAll(Resources.ignored(limits, host.facts()));
      if (container.state().isAlive() && !limits.equals(spec.limits())) {
        host.runtime()
            .runtime()
            .update(container.id(), Resources.of(limits, List.of(), host.facts()));
      }
      var next = spec.with(limits).with(policy.map(life::with).orElse(life));
      roster.change(slot, container.with(next), slot.stoppedByHand());
      tales.tell(container, "update");
      return warnings;
    } finally {
      slot.lock.unlock();
    }
  }
}
