package stowage.image;

import java.util.List;
import java.util.Optional;
import stowage.base.Digest;
import stowage.base.JsonObject;

/**
 * What {@link Images#commit} makes an image from: a container's image, its config and its changes.
 *
 * @param parent the container's image; none when that is gone or never was
 * @param chain the layers below, lowest first
 * @param layer the committed layer on top, held by a lease of the caller's until commit returns
 * @param containerId all 64 digits
 * @param config the container's config in Docker's form (Cmd, Entrypoint, Env, Labels, ...)
 * @param changes Dockerfile lines to apply to it ("CMD [\"x\"]")
 * @param reference what to tag it with
 */
public record CommitRequest(
    Optional<Digest> parent,
    List<Digest> chain,
    Digest layer,
    String containerId,
    JsonObject config,
    List<String> changes,
    String author,
    String comment,
    Optional<String> reference) {
  public CommitRequest {
    chain = List.copyOf(chain);
    changes = List.copyOf(changes);
  }
}
