package stowage.http;

import java.io.IOException;

/**
 * What answers a request. Runs on a virtual thread of its own and may block; the answer is complete
 * when it returns.
 */
public interface Handler {
  /**
   * Answers {@code request}.
   *
   * @throws IOException if the client is gone; nothing more can be told to it
   */
  void handle(Request request, Response response) throws IOException;
}
