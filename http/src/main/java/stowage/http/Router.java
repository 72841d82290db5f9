package stowage.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table from method and path to handler. Routes are tried in the order added; a path's regular
 * expression matches the whole decoded path, and its named groups are the handler's {@link
 * Request#path(String)}.
 *
 * @param <H> what routes lead to
 */
public final class Router<H> {
  private record Route<H>(String method, Pattern path, H handler) {}

  /**
   * What {@link #find} found.
   *
   * @param groups the path's named groups
   */
  public record Match<H>(H handler, Matcher groups) {}

  private final List<Route<H>> routes = new ArrayList<>();

  /** A table without routes. */
  public Router() {}

  /** Adds a route; {@code path} is a regular expression: {@code /images/(?<name>.+)/json}. */
  public Router<H> add(String method, String path, H handler) {
    routes.add(new Route<>(method, Pattern.compile(path, Pattern.DOTALL), handler));
    return this;
  }

  /** The first route that fits. */
  public Optional<Match<H>> find(String method, String path) {
    for (Route<H> route : routes) {
      if (route.method.equals(method)) {
        Matcher matcher = route.path.matcher(path);
        if (matcher.matches()) {
          return Optional.of(new Match<>(route.handler, matcher));
        }
      }
    }
    return Optional.empty();
  }
}
