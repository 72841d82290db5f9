package stowage.docker;

import java.io.IOException;

/** What answers one kind of request of this API. */
interface Endpoint {
  /**
   * Answers.
   *
   * @throws IOException if the client is gone
   */
  void answer(Call call) throws IOException;
}
