package stowage.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A socket with TLS on it, the server's side. */
final class TlsTransport implements Transport {
  private final Transport plain;
  private final SSLEngine engine;

  /** What came and is not yet decrypted: between position and limit. The reader's. */
  private final ByteBuffer received;

  /** Decrypted and not yet asked for: between position and limit. The reader's. */
  private final ByteBuffer decrypted;

  private final ReentrantLock writing = new ReentrantLock();
  private final ByteBuffer encrypted; // guarded by writing

  /** Agrees with the client on keys; an exception if it shows no certificate we trust. */
  TlsTransport(Transport plain, SSLEngine engine) throws IOException {
    this.plain = plain;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    received = ByteBuffer.allocateDirect(2 * packet).flip();
    decrypted = ByteBuffer.allocateDirect(engine.getSession().getApplicationBufferSize()).flip();
    encrypted = ByteBuffer.allocateDirect(packet);
    engine.beginHandshake();
    agree();
  }

  /** Goes on until the engine has nothing to agree on: at the start, and when keys change. */
  private void agree() throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> encrypt(ByteBuffer.allocate(0));
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (decrypt() < 0) {
            throw new EOFException("the client ended while keys were agreed on");
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  /** Decrypts a packet, reading as needed: whether it came to anything, -1 at the end. */
  private int decrypt() throws IOException {
    decrypted.compact();
    try {
      while (true) {
        SSLEngineResult result = engine.unwrap(received, decrypted);
        switch (result.getStatus()) {
          case OK -> {
            return result.bytesProduced();
          }
          case CLOSED -> {
            return -1;
          }
          case BUFFER_OVERFLOW -> throw new SSLException("a packet larger than the engine allows");
          case BUFFER_UNDERFLOW -> {
            received.compact();
            try {
              if (plain.read(received) < 0) {
                return -1;
              }
            } finally {
              received.flip();
            }
          }
        }
      }
    } finally {
      decrypted.flip();
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    while (!decrypted.hasRemaining()) {
      if (decrypt() < 0) {
        return -1;
      }
      if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
          || engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        agree();
      }
    }
    int count = Math.min(decrypted.remaining(), target.remaining());
    target.put(target.position(), decrypted, decrypted.position(), count);
    target.position(target.position() + count);
    decrypted.position(decrypted.position() + count);
    return count;
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      encrypt(source);
    }
  }

  private void encrypt(ByteBuffer source) throws IOException {
    writing.lock();
    try {
      encrypted.clear();
      var status = engine.wrap(source, encrypted).getStatus();
      if (status != SSLEngineResult.Status.OK && source.hasRemaining()) {
        throw new SSLException("cannot encrypt: " + status);
      }
      encrypted.flip();
      plain.write(encrypted);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public Optional<WritableByteChannel> direct() {
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    try (plain) {
      // A writer that hangs on a client who does not read holds the lock: then no farewell.
      if (writing.tryLock()) {
        try {
          engine.closeOutbound();
          encrypt(ByteBuffer.allocate(0));
        } finally {
          writing.unlock();
        }
      }
    }
  }
}
