package stowage.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A walk through everything a power cut can leave of a protocol: after each step of it every legal
 * state of the disk is made (where there are too many, a seeded sample that has all extremes),
 * recovered and checked.
 *
 * <pre>{@code
 * CrashStates.seeded(seed).walk(
 *     machine -> {...; machine.acknowledge("x");},      // the protocol, on its disk and records
 *     machine -> Publish.in(machine.disk(), "tmp"),     // what the agent does at start
 *     machine -> assertThat(...));                      // what must be true then
 * }</pre>
 */
public final class CrashStates {
  private static final int SECTOR = 512;
  private static final int PAGE = 4096;

  private final long seed;
  private final Random random;
  private int perStepMax = 512;
  private int recoveriesBrokenPerStep;
  private Part start = machine -> {};
  private long count;

  /** A part of a test that works on a machine. */
  public interface Part {
    void run(SimMachine machine) throws IOException;
  }

  /** What becomes of bytes that were not synced. Sectors are 512 bytes, pages 4096. */
  private enum Fate {
    KEPT,
    LOST,
    /** The size is on the disk, the bytes are not. */
    ZEROS,
    /** Torn at the last sector's, page's end. */
    TORN_AT_SECTOR,
    TORN_AT_PAGE,
    /** Written from the end: the first sector is missing. */
    HOLE;

    private static final List<Fate> SHORT = List.of(KEPT, LOST, ZEROS);
    private static final List<Fate> LONG = List.of(values());
  }

  private CrashStates(long seed) {
    this.seed = seed;
    random = new Random(seed);
  }

  /** The seed is used where a step has more states than are looked at; it is told on failure. */
  public static CrashStates seeded(long seed) {
    return new CrashStates(seed);
  }

  /** How many states a step may have before they are sampled; 512 if not said. */
  public CrashStates perStep(int max) {
    perStepMax = max;
    return this;
  }

  /** Lets the power fail again during recovery, so many times at each of its steps. */
  public CrashStates breakingRecovery(int perStep) {
    recoveriesBrokenPerStep = perStep;
    return this;
  }

  /** What is on the machine, durably, before the protocol starts. */
  public CrashStates startingFrom(Part before) {
    start = before;
    return this;
  }

  /**
   * Runs the protocol once and looks at every crash.
   *
   * @return how many states were looked at
   * @throws AssertionError at the first that does not pass, with what was on the disk
   */
  public long walk(Part protocol, Part recovery, Part check) {
    count = 0;
    var machine = new SimMachine();
    run(start, machine);
    run(m -> m.disk().syncTree(""), machine);
    machine.watch(now -> crash(now, perStepMax, recovery, check, recoveriesBrokenPerStep));
    crash(machine, perStepMax, recovery, check, recoveriesBrokenPerStep);
    run(protocol, machine);
    return count;
  }

  private static void run(Part part, SimMachine machine) {
    try {
      part.run(machine);
    } catch (IOException e) {
      throw new AssertionError("a simulated disk does not fail by itself", e);
    }
  }

  private void crash(SimMachine now, int max, Part recovery, Part check, int again) {
    var changes = now.disk().pending();
    var dirty = dirtyFiles(now);
    for (int[] choice : choices(changes.size(), dirty, max)) {
      SimMachine after = after(now, changes, dirty, choice);
      try {
        if (again > 0) {
          after.watch(middle -> crash(middle, again, recovery, check, 0));
        }
        recovery.run(after);
        after.watch(machine -> {});
        check.run(after);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw failure(now, after(now, changes, dirty, choice), changes, choice, e);
      }
      count++;
    }
  }

  private AssertionError failure(
      SimMachine now,
      SimMachine crashed,
      List<SimDisk.NameChange> changes,
      int[] choice,
      Throwable because) {
    return new AssertionError(
        """
        %s
        seed %d, state %d
        before the crash: %s
        after the crash:  %s
        choice %s of the last %d changes of names, then of the fates of files\
        """
            .formatted(
                because.getMessage(), seed, count, now, crashed, Arrays.toString(choice),
                changes.size()),
        because);
  }

  private static List<SimNode> dirtyFiles(SimMachine machine) {
    Set<SimNode> dirty = new LinkedHashSet<>();
    collectDirty(machine.disk().root(), dirty);
    machine.disk().pending().forEach(change -> collectDirty(change.node(), dirty));
    return List.copyOf(dirty);
  }

  private static void collectDirty(SimNode node, Set<SimNode> dirty) {
    if (node.isDirectory) {
      node.names.values().forEach(child -> collectDirty(child, dirty));
    } else if (node.isDirty()) {
      dirty.add(node);
    }
  }

  /** For each change of names 0 (lost) or 1 (kept), then for each dirty file the fate's index. */
  private Iterable<int[]> choices(int changes, List<SimNode> dirty, int max) {
    var radix = new int[changes + dirty.size()];
    Arrays.fill(radix, 2);
    long product = 1;
    for (int i = 0; i < radix.length; i++) {
      if (i >= changes) {
        radix[i] = fates(dirty.get(i - changes)).size();
      }
      product = Math.min(product * radix[i], Integer.MAX_VALUE);
    }
    var all = new ArrayList<int[]>();
    if (product <= max) {
      for (int n = 0; n < product; n++) {
        all.add(digits(n, radix));
      }
      return all;
    }
    extremes(radix, changes, all);
    while (all.size() > max) {
      all.remove(random.nextInt(all.size()));
    }
    while (all.size() < max) {
      var choice = new int[radix.length];
      Arrays.setAll(choice, i -> random.nextInt(radix[i]));
      all.add(choice);
    }
    return all;
  }

  private static int[] digits(int number, int[] radix) {
    var digits = new int[radix.length];
    for (int i = 0; i < radix.length; i++) {
      digits[i] = number % radix[i];
      number /= radix[i];
    }
    return digits;
  }

  /** All kept, all lost, and one kept or lost of all. */
  private static void extremes(int[] radix, int changes, List<int[]> all) {
    for (int kept = 0; kept < 2; kept++) {
      var base = new int[radix.length];
      Arrays.fill(base, 0, changes, kept);
      Arrays.fill(base, changes, radix.length, (kept == 1 ? Fate.KEPT : Fate.LOST).ordinal());
      all.add(base);
      for (int i = 0; i < radix.length; i++) {
        var one = base.clone();
        one[i] = i < changes ? 1 - kept : (kept == 1 ? Fate.LOST : Fate.KEPT).ordinal();
        all.add(one);
      }
    }
  }

  private static List<Fate> fates(SimNode file) {
    return file.size / SECTOR > file.durableSize / SECTOR ? Fate.LONG : Fate.SHORT;
  }

  private static SimMachine after(
      SimMachine now, List<SimDisk.NameChange> changes, List<SimNode> dirty, int[] choice) {
    Map<SimNode, Map<String, SimNode>> altered = new IdentityHashMap<>();
    for (int i = 0; i < changes.size(); i++) {
      if (choice[i] == 1) {
        var change = changes.get(i);
        if (change.from().directory() != null) {
          names(altered, change.from()).remove(change.from().name(), change.node());
        }
        if (change.to().directory() != null) {
          names(altered, change.to()).put(change.to().name(), change.node());
        }
      }
    }
    Map<SimNode, Fate> fates = new IdentityHashMap<>();
    for (int i = 0; i < dirty.size(); i++) {
      SimNode file = dirty.get(i);
      fates.put(file, fates(file).get(choice[changes.size() + i]));
    }
    return new SimMachine(now, copy(now.disk().root(), altered, fates));
  }

  private static Map<String, SimNode> names(
      Map<SimNode, Map<String, SimNode>> altered, SimDisk.Place place) {
    return altered.computeIfAbsent(
        place.directory(), directory -> new TreeMap<>(directory.durableNames));
  }

  private static SimNode copy(
      SimNode node, Map<SimNode, Map<String, SimNode>> altered, Map<SimNode, Fate> fates) {
    if (!node.isDirectory) {
      return copy(node, fates.getOrDefault(node, Fate.KEPT));
    }
    var copy = SimNode.directory();
    altered
        .getOrDefault(node, node.durableNames)
        .forEach((name, child) -> copy.names.put(name, copy(child, altered, fates)));
    copy.durableNames.putAll(copy.names);
    return copy;
  }

  private static SimNode copy(SimNode file, Fate fate) {
    int from = file.durableSize;
    return switch (fate) {
      case KEPT -> SimNode.file(file.share(), file.size);
      case LOST -> SimNode.file(file.share(), from);
      case TORN_AT_SECTOR -> SimNode.file(file.share(), torn(file, SECTOR));
      case TORN_AT_PAGE -> SimNode.file(file.share(), torn(file, PAGE));
      case ZEROS -> zeroed(file, file.size);
      case HOLE -> zeroed(file, Math.min(file.size, (from / SECTOR + 1) * SECTOR));
    };
  }

  private static int torn(SimNode file, int at) {
    return Math.max(file.durableSize, (file.size - 1) / at * at);
  }

  private static SimNode zeroed(SimNode file, int to) {
    byte[] bytes = Arrays.copyOf(file.bytes(), file.size);
    Arrays.fill(bytes, file.durableSize, to, (byte) 0);
    return SimNode.file(bytes, file.size);
  }
}
