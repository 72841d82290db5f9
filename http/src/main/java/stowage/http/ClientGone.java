package stowage.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that a client has closed its connection while its request is still being answered.
 *
 * <p>Jetty reads nothing between a request's body and the end of its answer, so an answer that
 * lasts (events, logs, wait) would not learn of it. This reads in its place. Bytes that do come are
 * a pipelined request: they are given to the HTTP connection's own buffer, where it will look for
 * them, and the watch ends.
 */
final class ClientGone implements Callback {
  private final EndPoint endPoint;
  private final List<Runnable> actions = new ArrayList<>(); // guarded by this
  private boolean watching; // guarded by this
  private boolean stopped; // guarded by this
  private boolean gone; // guarded by this

  ClientGone(EndPoint endPoint) {
    this.endPoint = endPoint;
  }

  /** Runs {@code action} when the client goes; at once if it is gone. */
  void watch(Runnable action) {
    synchronized (this) {
      if (!gone) {
        actions.add(action);
        if (!watching && !stopped) {
          watching = true;
          endPoint.tryFillInterested(this);
        }
        return;
      }
    }
    action.run();
  }

  /** Ends the watch: the connection is Jetty's or the upgrade's again. */
  void stop() {
    boolean cancel;
    synchronized (this) {
      stopped = true;
      cancel = watching;
      watching = false;
    }
    if (cancel && endPoint instanceof AbstractEndPoint abstractEndPoint) {
      abstractEndPoint.getFillInterest().onFail(new IOException("watch ended"));
    }
  }

  /** Treats the client as gone: the server stops. */
  void tell() {
    List<Runnable> told;
    synchronized (this) {
      gone = true;
      told = List.copyOf(actions);
      actions.clear();
    }
    told.forEach(action -> Thread.ofVirtual().start(action));
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public void succeeded() {
    boolean closed;
    synchronized (this) {
      if (stopped) {
        return;
      }
      closed = read();
    }
    if (closed) {
      tell();
    }
  }

  @Override
  public void failed(Throwable cause) {
    boolean closed;
    synchronized (this) {
      closed = !stopped;
      watching = false;
    }
    if (closed) {
      tell();
    }
  }

  /** Whether the end of the stream was read. */
  private boolean read() {
    ByteBuffer buffer = BufferUtil.allocate(4096);
    int count;
    try {
      count = endPoint.fill(buffer);
    } catch (IOException reset) {
      count = -1;
    }
    if (count == 0) {
      endPoint.tryFillInterested(this);
    } else {
      watching = false;
      if (count > 0 && endPoint.getConnection() instanceof Connection.UpgradeTo http) {
        http.onUpgradeTo(buffer);
      }
    }
    return count < 0;
  }
}
