package stowage.cloud;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import stowage.store.Records;

/** What a region encrypts by default, and with which key. Any thread may call. */
public final class Keys {
  private static final String KIND = "setting";
  private static final String ID = "encryption";
  private static final String BY_DEFAULT = "byDefault";
  private static final String KEY = "keyId";

  private final Domain domain;

  Keys(Domain domain) {
    this.domain = domain;
  }

  /** The key of something new; empty: it is not encrypted. */
  Optional<String> choose(
      Records.Transaction records,
      Encryption said,
      Optional<String> sourceId,
      Optional<String> sourceKey) {
    var setting = records.find(KIND, ID);
    boolean always = setting.map(json -> json.bool(BY_DEFAULT)).orElse(false);
    if (said.encrypted().equals(Optional.of(false)) && sourceKey.isPresent()) {
      throw new InvalidConfig.CannotDecrypt(sourceId.orElse("")).broken();
    }
    if (said.keyId().isPresent() && !said.encrypted().orElse(false)) {
      throw new Invalid.Needs("kmsKeyId", "encrypted").broken();
    }
    if (said.keyId().isPresent()) {
      return Optional.of(known(said.keyId().get()));
    }
    if (sourceKey.isPresent()) {
      return sourceKey;
    }
    if (!always && !said.encrypted().orElse(false)) {
      return Optional.empty();
    }
    return Optional.of(
        setting.flatMap(json -> json.string(KEY)).orElseGet(domain.chunks().keys()::defaultKey));
  }

  private String known(String keyId) {
    return domain.chunks().keys().find(keyId).orElseThrow(() -> new NoSuch.Key(keyId).broken());
  }

  /** Whether new volumes are encrypted if nothing is said. */
  public boolean byDefault(boolean dryRun) {
    Domain.dryRun(dryRun);
    return domain.records().find(KIND, ID).map(json -> json.bool(BY_DEFAULT)).orElse(false);
  }

  /** Says whether new volumes are encrypted if nothing is said. */
  public boolean byDefault(boolean on, boolean dryRun) {
    Domain.dryRun(dryRun);
    set(BY_DEFAULT, Optional.of(on));
    return on;
  }

  /** The key that is used if none is said. */
  public String defaultKey(boolean dryRun) {
    Domain.dryRun(dryRun);
    return domain
        .records()
        .find(KIND, ID)
        .flatMap(json -> json.string(KEY))
        .orElseGet(domain.chunks().keys()::defaultKey);
  }

  /** Sets the key that is used if none is said. */
  public String defaultKey(String keyId, boolean dryRun) {
    String id = known(keyId);
    Domain.dryRun(dryRun);
    set(KEY, Optional.of(id));
    return id;
  }

  /** Takes the region's own key again. */
  public String resetDefaultKey(boolean dryRun) {
    Domain.dryRun(dryRun);
    set(KEY, Optional.empty());
    return domain.chunks().keys().defaultKey();
  }

  private void set(String name, Optional<Object> value) {
    domain
        .records()
        .transact(
            records -> {
              Map<String, Object> next = new HashMap<>();
              records.find(KIND, ID).ifPresent(json -> next.putAll(json.map()));
              next.remove(name);
              value.ifPresent(it -> next.put(name, it));
              records.put(KIND, ID, next);
              return null;
            });
  }
}
