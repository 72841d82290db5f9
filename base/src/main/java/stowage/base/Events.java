package stowage.base;

import java.util.Map;

/** Where capabilities tell what happened. Telling never blocks and never fails. */
public interface Events {
  /** Tells nobody. */
  Events NONE = (type, action, id, attributes) -> {};

  /** Tells that {@code action} happened now to {@code id}; see {@link Event}. */
  void tell(String type, String action, String id, Map<String, String> attributes);
}
