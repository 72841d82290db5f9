package stowage.cloud;

import java.util.List;

/**
 * A volume's state, with what is only true in that state.
 *
 * <pre>
 *   creating -> available <-> in-use
 *       |           |
 *       v           v
 *     error ---> deleting -> (gone)
 * </pre>
 *
 * @see <a href="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-describing-volumes.html">EBS
 *     user guide, volume state</a>
 */
public sealed interface EbsVolumeState {
  /** Being made, empty or from a snapshot or a volume. */
  record Creating() implements EbsVolumeState {}

  /** Attached to nothing. */
  record Available() implements EbsVolumeState {}

  /**
   * Attached to, or being attached to or detached from, at least one instance; more than one only
   * with multi-attach. EBS says "in-use".
   */
  record InUse(List<Attachment> attachments) implements EbsVolumeState {
    public InUse {
      attachments = List.copyOf(attachments);
    }
  }

  /** On its way out; its bytes may already be gone. */
  record Deleting() implements EbsVolumeState {}

  /** Could not be made; {@code reason} is for people. */
  record Failed(String reason) implements EbsVolumeState {}

  /** EBS's word for the state, as the EC2 API writes it. */
  default String word() {
    return switch (this) {
      case Creating _ -> "creating";
      case Available _ -> "available";
      case InUse _ -> "in-use";
      case Deleting _ -> "deleting";
      case Failed _ -> "error";
    };
  }
}
