package stowage.cloud;

import stowage.base.StowageException.InvalidArgument;

/**
 * An availability zone.
 *
 * @param name as in {@code local-a}
 * @param id as in {@code local-az1}
 */
public record ZoneInfo(String name, String id) {
  public ZoneInfo {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}") || !id.matches("[a-z0-9][a-z0-9-]{0,62}")) {
      throw new InvalidArgument("zone", name + " (" + id + ")", "letters, digits and dashes");
    }
  }
}
