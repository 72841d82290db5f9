package stowage.docker;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import stowage.base.Json;
import stowage.base.JsonObject;
import stowage.base.StowageException.InvalidArgument;
import stowage.image.RegistryAuth;

/** Registry credentials as clients send them. */
final class RegistryAuths {
  private RegistryAuths() {}

  /** The header X-Registry-Auth: base64url of a JSON object. */
  static RegistryAuth of(Call call) {
    String header = call.request().header("X-Registry-Auth").orElse("");
    if (header.isEmpty()) {
      return RegistryAuth.NONE;
    }
    try {
      String base64 = header.strip().replace('+', '-').replace('/', '_');
      byte[] json = Base64.getUrlDecoder().decode(base64);
      return of(Json.object(json, "X-Registry-Auth"));
    } catch (IllegalArgumentException e) {
      throw new InvalidArgument("invalid X-Registry-Auth header: not base64url");
    }
  }

  static RegistryAuth of(JsonObject fields) {
    String username = fields.string("username", "");
    String password = fields.string("password", "");
    String auth = fields.string("auth", "");
    if (username.isEmpty() && !auth.isEmpty()) {
      String pair = decode(auth);
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw new InvalidArgument("invalid credentials: auth is not user:password");
      }
      username = pair.substring(0, colon);
      password = pair.substring(colon + 1);
    }
    return new RegistryAuth(
        username,
        password,
        fields.string("identitytoken", ""),
        fields.string("registrytoken", ""),
        fields.string("serveraddress", ""));
  }

  private static String decode(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new InvalidArgument("invalid credentials: auth is not base64");
    }
  }
}
