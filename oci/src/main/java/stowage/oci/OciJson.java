package stowage.oci;

import java.util.function.Function;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException;

/** Reads documents that came from outside: what is wrong is their fault, not a caller's. */
final class OciJson {
  private static final int SHOWN = 500;

  private OciJson() {}

  /** Reads {@code json}, an object of at most {@code limit} bytes; {@code what} names it. */
  static <T> T read(byte[] json, int limit, String what, Function<JsonObject, T> reader) {
    if (json.length > limit) {
      throw corrupt("%s: %d bytes, the limit is %d".formatted(what, json.length, limit));
    }
    try {
      return reader.apply(Json.object(json, what));
    } catch (StowageException.InvalidArgument e) {
      throw corrupt(e.getMessage());
    }
  }

  static StowageException.Corrupt corrupt(String message) {
    String shown = message.length() > SHOWN ? message.substring(0, SHOWN) + "..." : message;
    return new StowageException.Corrupt(shown, null);
  }
}
