package stowage.container;

import java.util.List;

/** What create answers: the new container's id, and what its creator should know. */
public record Created(String id, List<String> warnings) {
  public Created {
    warnings = List.copyOf(warnings);
  }
}
