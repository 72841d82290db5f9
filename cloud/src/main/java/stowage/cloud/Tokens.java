package stowage.cloud;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import stowage.store.Records;

/** Client tokens: the same request again does nothing and answers the same. */
final class Tokens {
  static final String KIND = "token";

  private Tokens() {}

  /** What the token made before, with the same parameters; none if it is new. */
  static List<String> made(Records.Transaction records, String verb, Call call, String parameters) {
    if (call.clientToken().isEmpty()) {
      return List.of();
    }
    String token = call.clientToken().get();
    var known = records.find(KIND, verb + ":" + token);
    if (known.isEmpty()) {
      return List.of();
    }
    var ids = known.get().strings("made");
    if (!known.get().string("parameters", "").equals(parameters)) {
      throw new Repeated.OtherParameters(token, ids.getFirst()).broken();
    }
    return ids;
  }

  static void keep(
      Records.Transaction records, String verb, Call call, String parameters, List<String> made) {
    call.clientToken()
        .ifPresent(
            token ->
                records.put(
                    KIND, verb + ":" + token, Map.of("parameters", parameters, "made", made)));
  }

  /** The rule broken when what the token made is gone. */
  static RuleBroken deleted(Call call, String id) {
    return new Repeated.Deleted(Optional.of(call).flatMap(Call::clientToken).orElse(""), id)
        .broken();
  }
}
