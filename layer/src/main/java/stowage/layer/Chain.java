package stowage.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import stowage.base.Digest;

/** Names of chains. */
final class Chain {
  private Chain() {}

  /**
   * The chainId of a stack of layers, bottom first: of one layer its diffId, of more the digest of
   * {@code <chainId of those below> <diffId of the top>}.
   *
   * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid">
   *     OCI image-spec, config, "Layer ChainID"</a>
   */
  static Digest id(List<Digest> diffIds) {
    var id = diffIds.getFirst();
    for (var diffId : diffIds.subList(1, diffIds.size())) {
      id = Digest.of((id + " " + diffId).getBytes(US_ASCII));
    }
    return id;
  }
}
