package stowage.cloud;

import java.time.Instant;

/** A snapshot's state: {@code pending -> completed | error}. */
public sealed interface SnapshotState {
  /** Being copied to the region; {@code percent} 0..99. */
  record Pending(int percent) implements SnapshotState {}

  /** All of it is durable in the region; {@code storedBytes} were new there. */
  record Completed(Instant at, long storedBytes) implements SnapshotState {}

  /** It has no content; {@code reason} is for people. */
  record Failed(String reason) implements SnapshotState {}

  /** On its way out: not shown any more, kept until nothing reads its chunks. */
  record Deleting() implements SnapshotState {}

  /** EBS's word. */
  default String word() {
    return switch (this) {
      case Pending _ -> "pending";
      case Completed _ -> "completed";
      case Failed _ -> "error";
      case Deleting _ -> "deleting";
    };
  }

  /** 0 to 100. */
  default int percent() {
    return switch (this) {
      case Pending pending -> pending.percent;
      case Completed _ -> 100;
      case Failed _, Deleting _ -> 0;
    };
  }
}
