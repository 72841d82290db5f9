package stowage.aws;

import java.util.ArrayList;
import java.util.List;

/**
 * Actions about snapshots and volumes that EC2 has and this does not: refused by name, so that
 * nobody believes them done. Where EC2 lists what they would have made, the list is there and
 * empty.
 */
final class NotHere {
  private static final String FAST_RESTORE =
      "a volume made from a snapshot is usable at once, and its background copy has no quota";
  private static final String LOCK = "snapshots cannot be locked";
  private static final String BIN = "there is no recycle bin, what is deleted is gone";
  private static final String TIER = "there is one storage tier, standard";
  private static final String ROOT = "instances have no root volume here";
  private static final String IMPORT = "put blocks with the EBS direct API instead";
  private static final String PUBLIC = "there is one account, nothing is public";

  private NotHere() {}

  static List<Action> actions() {
    var actions = new ArrayList<Action>();
    refuse(actions, FAST_RESTORE, "EnableFastSnapshotRestores", "DisableFastSnapshotRestores");
    refuse(actions, LOCK, "LockSnapshot", "UnlockSnapshot");
    refuse(actions, BIN, "RestoreSnapshotFromRecycleBin", "RestoreVolumeFromRecycleBin");
    refuse(actions, TIER, "ModifySnapshotTier", "RestoreSnapshotTier");
    refuse(actions, ROOT, "CreateReplaceRootVolumeTask", "DescribeReplaceRootVolumeTasks");
    refuse(actions, IMPORT, "ImportSnapshot", "ImportVolume");
    refuse(
        actions,
        PUBLIC,
        "EnableSnapshotBlockPublicAccess",
        "DisableSnapshotBlockPublicAccess",
        "GetSnapshotBlockPublicAccessState");
    empty(actions, "DescribeFastSnapshotRestores", "fastSnapshotRestoreSet");
    empty(actions, "DescribeLockedSnapshots", "snapshotSet");
    empty(actions, "ListSnapshotsInRecycleBin", "snapshotSet");
    empty(actions, "ListVolumesInRecycleBin", "volumeSet");
    empty(actions, "DescribeSnapshotTierStatus", "snapshotTierStatusSet");
    return actions;
  }

  private static void refuse(List<Action> actions, String why, String... names) {
    for (String name : names) {
      // Whatever its parameters say.
      var grammar = Grammar.anything();
      actions.add(
          new Action(
              name,
              grammar,
              (_, _) -> {
                throw Refusal.unsupported("%s is not supported: %s.".formatted(name, why));
              }));
    }
  }

  private static void empty(List<Action> actions, String name, String set) {
    actions.add(
        Action.of(
            name,
            (in, out) -> {
              Ask.dryRun(in);
              out.list(set, List.<String>of(), _ -> {});
            },
            Grammar.FILTERS,
            Grammar.PAGE,
            "SnapshotId.n VolumeId.n"));
  }
}
