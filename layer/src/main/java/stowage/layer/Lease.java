package stowage.layer;

import stowage.base.Digest;

/**
 * Keeps the layers of an operation in flight from being removed, until it is closed: a pull between
 * its first layer and its image's record. Not durable: after a crash nobody is in flight.
 */
public interface Lease extends AutoCloseable {
  /** Holds a layer, present or not yet. {@code add} and {@code commit} do this by themselves. */
  void hold(Digest diffId);

  /** Lets go; what nobody else holds is removed at once. Closing twice changes nothing. */
  @Override
  void close();
}
