package stowage.container;

import java.util.Map;

/**
 * What a container is to be. As a request it may leave to the image what the image says; the spec
 * of a {@link Container} is complete.
 *
 * @param image the image as the caller named it
 * @param labels the caller's; in a {@link Container} with the image's
 * @param request the request in its API's own words: kept with the container and given back for
 *     showing, never read here
 */
public record ContainerSpec(
    String image,
    Program program,
    Streams streams,
    Limits limits,
    Security security,
    Network network,
    Storage storage,
    Lifecycle lifecycle,
    Map<String, String> labels,
    Map<String, Object> request) {
  public ContainerSpec {
    labels = Map.copyOf(labels);
  }

  /** The image's own program with nothing asked for; an empty command is the image's. */
  public static ContainerSpec of(String image, String... command) {
    return new ContainerSpec(
        image,
        command.length == 0 ? Program.OF_IMAGE : Program.command(command),
        Streams.OUTPUT,
        Limits.NONE,
        Security.DEFAULT,
        Network.DEFAULT,
        Storage.NONE,
        Lifecycle.DEFAULT,
        Map.of(),
        Map.of());
  }

  /** The same with another program. */
  public ContainerSpec with(Program other) {
    return new ContainerSpec(
        image, other, streams, limits, security, network, storage, lifecycle, labels, request);
  }

  /** The same with other streams. */
  public ContainerSpec with(Streams other) {
    return new ContainerSpec(
        image, program, other, limits, security, network, storage, lifecycle, labels, request);
  }

  /** The same with other limits. */
  public ContainerSpec with(Limits other) {
    return new ContainerSpec(
        image, program, streams, other, security, network, storage, lifecycle, labels, request);
  }

  /** The same with other confinement. */
  public ContainerSpec with(Security other) {
    return new ContainerSpec(
        image, program, streams, limits, other, network, storage, lifecycle, labels, request);
  }

  /** The same with another network. */
  public ContainerSpec with(Network other) {
    return new ContainerSpec(
        image, program, streams, limits, security, other, storage, lifecycle, labels, request);
  }

  /** The same with other files. */
  public ContainerSpec with(Storage other) {
    return new ContainerSpec(
        image, program, streams, limits, security, network, other, lifecycle, labels, request);
  }

  /** The same with another life. */
  public ContainerSpec with(Lifecycle other) {
    return new ContainerSpec(
        image, program, streams, limits, security, network, storage, other, labels, request);
  }

  /** The same with other labels. */
  public ContainerSpec withLabels(Map<String, String> other) {
    return new ContainerSpec(
        image, program, streams, limits, security, network, storage, lifecycle, other, request);
  }
}
