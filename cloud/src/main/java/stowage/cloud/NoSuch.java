package stowage.cloud;

import java.util.Optional;

/** The request names what is not there. */
public sealed interface NoSuch extends Rule {
  /** What was named. */
  String id();

  /** A volume. */
  record Volume(String id) implements NoSuch {
    @Override
    public String message() {
      return "no such EBS volume: " + id;
    }
  }

  /** A snapshot. */
  record Snapshot(String id) implements NoSuch {
    @Override
    public String message() {
      return "no such EBS snapshot: " + id;
    }
  }

  /** An instance. */
  record Machine(String id) implements NoSuch {
    @Override
    public String message() {
      return "no such instance: " + id;
    }
  }

  /** An availability zone, by name or id. */
  record AvailabilityZone(String id) implements NoSuch {
    @Override
    public String message() {
      return "no such availability zone: " + id;
    }
  }

  /** A region. */
  record OtherRegion(String id) implements NoSuch {
    @Override
    public String message() {
      return "no such region: " + id;
    }
  }

  /** A key of the region. */
  record Key(String id) implements NoSuch {
    @Override
    public String message() {
      return "no such key: " + id;
    }
  }

  /** The volume is attached, but not to that instance or not by that device name. */
  record SuchAttachment(String id, Optional<String> instanceId, Optional<String> device)
      implements NoSuch {
    @Override
    public String message() {
      return "EBS volume %s is not attached%s%s"
          .formatted(
              id,
              instanceId.map(i -> " to instance " + i).orElse(""),
              device.map(d -> " as device " + d).orElse(""));
    }
  }

  /** The volume {@code id} was never modified. */
  record ModificationOf(String id) implements NoSuch {
    @Override
    public String message() {
      return "EBS volume %s was never modified".formatted(id);
    }
  }

  /** A move, by its id. */
  record MoveOf(String id) implements NoSuch {
    @Override
    public String message() {
      return "no such move: " + id;
    }
  }

  /** Something to tag whose id has a prefix nothing here has. */
  record Taggable(String id) implements NoSuch {
    @Override
    public String message() {
      return "'%s' is no id of a volume, a snapshot or an instance".formatted(id);
    }
  }
}
