package stowage.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stowage.base.Digest;
import stowage.base.StowageException;
import stowage.oci.Reference;

/**
 * Docker's rules of removal: what a name removes, what stands against it, and in which words.
 *
 * <p>One removal is one commit: it happens wholly or not at all.
 */
final class Remover {
  private final Catalog catalog;
  private final Tales tales;

  Remover(Catalog catalog, Tales tales) {
    this.catalog = catalog;
    this.tales = tales;
  }

  List<Removal> remove(String name, boolean force, boolean prune, UsedBy users) {
    var labels = new Tales.Labels(catalog);
    var outcome =
        catalog.change(
            draft -> {
              var plan = new Plan(draft, force, users, labels);
              plan.remove(name, prune);
              return plan;
            });
    var removals = new ArrayList<Removal>();
    for (var step : outcome.result().steps) {
      removals.add(step.removal());
      if (step.removal() instanceof Removal.Deleted) {
        removals.addAll(layers(step.image(), outcome.freed()));
        tales.tell("delete", step.image().id(), labels);
      } else {
        tales.tell("untag", step.image().id(), labels);
      }
    }
    return removals;
  }

  /** Layers are told by chainId, top first, as Docker does. */
  private static List<Removal> layers(Entry image, Map<Digest, List<Digest>> freed) {
    var gone = new HashSet<>(freed.getOrDefault(image.id(), List.of()));
    var chain = chainIds(image.diffIds());
    var removals = new ArrayList<Removal>();
    for (int i = chain.size() - 1; i >= 0; i--) {
      if (gone.remove(image.diffIds().get(i))) {
        removals.add(new Removal.Deleted(chain.get(i).toString()));
      }
    }
    return removals;
  }

  /** The digest of each stack from the bottom up. */
  static List<Digest> chainIds(List<Digest> diffIds) {
    var chain = new ArrayList<Digest>();
    for (var diffId : diffIds) {
      chain.add(
          chain.isEmpty()
              ? diffId
              : Digest.of((chain.getLast() + " " + diffId).getBytes(US_ASCII)));
    }
    return chain;
  }

  private record Step(Removal removal, Entry image) {}

  private static final class Plan {
    private final Catalog.Draft draft;
    private final boolean force;
    private final UsedBy users;
    private final Tales.Labels labels;
    private final List<Step> steps = new ArrayList<>();

    Plan(Catalog.Draft draft, boolean force, UsedBy users, Tales.Labels labels) {
      this.draft = draft;
      this.force = force;
      this.users = users;
      this.labels = labels;
    }

    void remove(String name, boolean prune) {
      Entry image = Names.require(draft.view(), name);
      labels.remember(image.id());
      boolean byReference = !Names.isId(image, name);
      if (byReference) {
        requireUnused(image, name);
        image = untag(image, Reference.parse(name));
        if (!image.references().isEmpty()) {
          return;
        }
      } else if (isSingleReference(image.parsedReferences())) {
        requireRemovable(image, force ? Set.of(Against.HARD) : Set.of(Against.HARD, Against.USED));
        image = untagAll(image);
      }
      delete(image, force, prune, byReference);
    }

    /** The last reference of an image in use goes only by force: the image would dangle. */
    private void requireUnused(Entry image, String name) {
      if (force || !isSingleReference(image.parsedReferences())) {
        return;
      }
      var using = users.usersOf(image.id());
      if (!using.isEmpty()) {
        throw new StowageException.InUse(
            ("conflict: unable to remove repository reference \"%s\" (must force) - container %s"
                    + " is using its referenced image %s")
                .formatted(
                    name,
                    brief(using.getFirst().containerId()),
                    Names.brief(image.id())));
      }
    }

    /** A tag takes the digests of its repository along if it was the last tag there. */
    private Entry untag(Entry image, Reference name) {
      var exact =
          name.digest().isPresent() ? name.withDigest(name.digest().get()) : name.orLatest();
      Entry left = untagOne(image, exact);
      boolean lastTag =
          exact.tag().isPresent()
              && left.parsedReferences().stream()
                  .noneMatch(r -> r.tag().isPresent() && r.name().equals(exact.name()));
      if (lastTag) {
        for (var reference : left.parsedReferences()) {
          if (reference.name().equals(exact.name())) {
            left = untagOne(left, reference);
          }
        }
      }
      return left;
    }

    private Entry untagAll(Entry image) {
      Entry left = image;
      for (var reference : image.parsedReferences()) {
        left = untagOne(left, reference);
      }
      return left;
    }

    private Entry untagOne(Entry image, Reference reference) {
      Entry left = image.without(reference);
      draft.put(left);
      steps.add(new Step(new Removal.Untagged(reference.familiar()), left));
      return left;
    }

    private void delete(Entry image, boolean byForce, boolean prune, boolean quiet) {
      var against =
          byForce
              ? Set.of(Against.HARD)
              : Set.of(Against.HARD, Against.REFERENCED, Against.USED);
      if (quiet) {
        boolean dangling =
            image.references().isEmpty() && draft.view().children(image.id()).isEmpty();
        var conflict = conflict(image, against);
        if (conflict != null && (!dangling || conflict.used())) {
          return;
        }
      }
      requireRemovable(image, against);
      Entry bare = untagAll(image);
      draft.remove(bare.id());
      steps.add(new Step(new Removal.Deleted(bare.id().toString()), bare));
      if (prune && bare.parent().isPresent()) {
        draft
            .view()
            .find(bare.parent().get())
            .ifPresent(
                parent -> {
                  labels.remember(parent.id());
                  delete(parent, false, true, true);
                });
      }
    }

    private enum Against {
      HARD,
      REFERENCED,
      USED
    }

    private record Conflict(boolean hard, boolean used, String why) {}

    private void requireRemovable(Entry image, Set<Against> against) {
      var conflict = conflict(image, against);
      if (conflict != null) {
        throw new StowageException.InUse(
            "conflict: unable to delete %s (%s) - %s"
                .formatted(
                    Names.brief(image.id()),
                    conflict.hard() ? "cannot be forced" : "must be forced",
                    conflict.why()));
      }
    }

    private Conflict conflict(Entry image, Set<Against> against) {
      if (!draft.view().children(image.id()).isEmpty()) {
        return new Conflict(true, false, "image has dependent child images");
      }
      var using = users.usersOf(image.id());
      for (var user : using) {
        if (user.running()) {
          return new Conflict(
              true, true, "image is being used by running container " + brief(user.containerId()));
        }
      }
      if (against.contains(Against.REFERENCED) && !image.references().isEmpty()) {
        return new Conflict(false, false, "image is referenced in multiple repositories");
      }
      if (against.contains(Against.USED) && !using.isEmpty()) {
        return new Conflict(
            false,
            true,
            "image is being used by stopped container " + brief(using.getFirst().containerId()));
      }
      return null;
    }

    private static String brief(String containerId) {
      return containerId.substring(0, Math.min(12, containerId.length()));
    }
  }

  /** At most one tag, and all digests in its repository. */
  static boolean isSingleReference(List<Reference> references) {
    var tags = references.stream().filter(r -> r.tag().isPresent()).toList();
    var digested = new HashSet<String>();
    references.stream()
        .filter(r -> r.digest().isPresent())
        .forEach(r -> digested.add(r.name()));
    if (references.size() <= 1) {
      return true;
    }
    return tags.size() <= 1
        && digested.size() == 1
        && (tags.isEmpty() || digested.contains(tags.getFirst().name()));
  }
}
