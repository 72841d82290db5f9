package stowage.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/** What readers and transactions ask, on one connection, by one thread at a time. */
final class SqliteQuestions {
  /** Comes after every character of an id; SQLite compares the bytes of UTF-8. */
  private static final String LAST = new String(Character.toChars(Character.MAX_CODE_POINT));

  private final PreparedStatement find;
  private final PreparedStatement page;

  SqliteQuestions(Connection connection) throws SQLException {
    find = connection.prepareStatement("SELECT body FROM records WHERE kind=? AND id=?");
    page =
        connection.prepareStatement(
            "SELECT id, body FROM records WHERE kind=? AND id>? AND id>=? AND id<?"
                + " ORDER BY id LIMIT ?");
  }

  Optional<JsonObject> find(String kind, String id) throws SQLException {
    find.setString(1, kind);
    find.setString(2, id);
    try (var result = find.executeQuery()) {
      return result.next() ? Optional.of(body(kind, id, result.getString(1))) : Optional.empty();
    }
  }

  SortedMap<String, JsonObject> page(String kind, String prefix, String after, int limit)
      throws SQLException {
    page.setString(1, kind);
    page.setString(2, after);
    page.setString(3, prefix);
    page.setString(4, prefix + LAST);
    page.setInt(5, limit);
    var some = new TreeMap<String, JsonObject>();
    try (var result = page.executeQuery()) {
      while (result.next()) {
        String id = result.getString(1);
        some.put(id, body(kind, id, result.getString(2)));
      }
    }
    return some;
  }

  static JsonObject body(String kind, String id, String json) {
    String what = kind + " " + id;
    try {
      return Json.object(json.getBytes(UTF_8), what);
    } catch (StowageException.InvalidArgument e) {
      throw new StowageException.Corrupt("the record of " + what + " is damaged", e);
    }
  }
}
