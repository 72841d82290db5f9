package stowage.cloud;

import java.util.List;
import java.util.Optional;

/**
 * A part of an answer.
 *
 * @param nextToken opaque; names where the next part starts; empty: this was the last
 */
public record Page<T>(List<T> items, Optional<String> nextToken) {
  public Page {
    items = List.copyOf(items);
  }
}
