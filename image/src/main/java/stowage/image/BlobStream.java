package stowage.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import stowage.base.Progress;
import stowage.base.StowageException;
import stowage.oci.Descriptor;

/**
 * A blob as it comes from a registry: exactly as many bytes as its descriptor says, fetched on from
 * where a cut left off. The digest is the reader's to compare.
 *
 * <p>Reading throws StowageExceptions, not IOExceptions, so that they reach the caller through
 * whoever reads: Unavailable when all tries failed, Corrupt when the registry lies.
 */
final class BlobStream extends InputStream {
  /** Tries count anew after so much progress. */
  private static final long PROGRESS_BYTES = 1 << 20;

  private static final long TELL_BYTES = 512 << 10;

  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  private final Registry registry;
  private final Descriptor blob;
  private final Progress progress;
  private long told;
  private Answer answer;
  private long offset;
  private int tries = 1;
  private long triedAt;
  private boolean resumed;

  BlobStream(Registry registry, Descriptor blob) {
    this(registry, blob, Progress.NONE);
  }

  /** Tells {@code progress}, under the first digits of the digest, how much has come. */
  BlobStream(Registry registry, Descriptor blob, Progress progress) {
    this.registry = registry;
    this.blob = blob;
    this.progress = progress;
  }

  /** Whether the bytes came in more than one piece, so that a wrong digest may be a bad joint. */
  boolean isResumed() {
    return resumed;
  }

  @Override
  public int read() {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int from, int length) {
    Objects.checkFromIndexSize(from, length, buffer.length);
    if (length == 0) {
      return 0;
    }
    while (true) {
      try {
        return next(buffer, from, length);
      } catch (Answer.Lie e) {
        throw new StowageException.Corrupt(
            "blob %s: %s".formatted(blob.digest(), e.getMessage()), e);
      } catch (IOException e) {
        again(e);
      }
    }
  }

  private int next(byte[] buffer, int from, int length) throws IOException {
    if (offset == blob.size()) {
      end();
      return -1;
    }
    if (answer == null) {
      open();
    }
    int count = answer.body().read(buffer, from, (int) Math.min(length, blob.size() - offset));
    if (count < 0) {
      throw new EOFException("unexpected EOF");
    }
    offset += count;
    tell();
    return count;
  }

  private void tell() {
    String id = Names.brief(blob.digest());
    if (offset - told >= TELL_BYTES) {
      told = offset;
      progress.tell(id, "Downloading", offset, blob.size());
    }
    if (offset == blob.size()) {
      progress.tell(id, "Verifying Checksum", 0, 0);
      progress.tell(id, "Download complete", 0, 0);
      progress.tell(id, "Extracting", offset, blob.size());
    }
  }

  /** After the last byte nothing may follow: a longer blob is another blob. */
  private void end() throws IOException {
    if (answer != null && answer.body().read() >= 0) {
      throw new Answer.Lie("longer than the %d bytes it should have".formatted(blob.size()));
    }
  }

  private void open() throws IOException {
    answer = ask();
    answer.requirePlain("blob");
    if (answer.status() == 206 && offset > 0) {
      requireRange(answer.header("Content-Range").orElse(""));
    } else if (answer.status() == 200) {
      requireLength();
      answer.body().skipNBytes(offset); // it does not do ranges: read up to where we were
    } else {
      throw new Answer.Lie("unexpected HTTP status " + answer.status());
    }
  }

  /** The answer to a request that has had all its tries already. */
  private Answer ask() throws Answer.Lie {
    try {
      var asked = registry.blob(blob.digest(), offset);
      if (asked.isOk()) {
        return asked;
      }
      try (asked) {
        throw asked.refusal();
      }
    } catch (Answer.Lie e) {
      throw e;
    } catch (IOException e) {
      throw new StowageException.Unavailable(
          "blob %s: %s".formatted(blob.digest(), e.getMessage()), e);
    }
  }

  private void requireRange(String text) throws Answer.Lie {
    var range = RANGE.matcher(text);
    boolean fits =
        range.matches()
            && Long.parseLong(range.group(1)) == offset
            && Long.parseLong(range.group(2)) < blob.size()
            && (range.group(3).equals("*") || Long.parseLong(range.group(3)) == blob.size());
    if (!fits) {
      throw new Answer.Lie(
          "asked for bytes from %d of %d, got Content-Range '%s'"
              .formatted(offset, blob.size(), RegistryRefusal.plain(text)));
    }
  }

  private void requireLength() throws Answer.Lie {
    var length = answer.headers().firstValueAsLong("Content-Length");
    if (length.isPresent() && length.getAsLong() != blob.size()) {
      throw new Answer.Lie(
          "has %d bytes, its descriptor says %d".formatted(length.getAsLong(), blob.size()));
    }
  }

  private void again(IOException e) {
    close();
    tries = offset - triedAt >= PROGRESS_BYTES ? 1 : tries;
    triedAt = offset;
    if (++tries > registry.wire().patience().attempts()) {
      throw new StowageException.Unavailable(
          "blob %s: cut after %d of %d bytes: %s"
              .formatted(blob.digest(), offset, blob.size(), e.getMessage()),
          e);
    }
    resumed = resumed || offset > 0;
    try {
      registry.wire().pause(tries, Duration.ZERO);
    } catch (IOException interrupted) {
      throw new StowageException.Unavailable("interrupted", interrupted);
    }
  }

  @Override
  public void close() {
    if (answer != null) {
      try {
        answer.close();
      } catch (IOException e) {
        System.getLogger("stowage.image").log(System.Logger.Level.TRACE, "body.unclosed", e);
      }
      answer = null;
    }
  }
}
