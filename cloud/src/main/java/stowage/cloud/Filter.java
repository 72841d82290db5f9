package stowage.cloud;

import java.util.List;

/**
 * A condition on what a describe answers: one of the values, in which {@code *} stands for any text
 * and {@code ?} for any character (after a backslash for themselves).
 */
public record Filter(String name, List<String> values) {
  public Filter {
    values = List.copyOf(values);
  }
}
