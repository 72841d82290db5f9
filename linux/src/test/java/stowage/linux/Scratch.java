package stowage.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import stowage.base.ByteStrings;

/** What the tests of this package share: paths as byte strings, small files, expected errnos. */
final class Scratch {
  private Scratch() {}

  static String path(Path directory, String name) {
    return ByteStrings.ofPath(directory) + "/" + name;
  }

  static Fd open(Path directory) throws ErrnoException {
    return Open.open(ByteStrings.ofPath(directory), Open.O_RDONLY | Open.O_DIRECTORY);
  }

  static Fd create(Path directory, String name) throws ErrnoException {
    return Open.open(path(directory, name), Open.O_RDWR | Open.O_CREAT | Open.O_EXCL, 0644);
  }

  static void write(Path directory, String name, String content) throws ErrnoException {
    try (var file = create(directory, name)) {
      Io.writeFully(file, ByteBuffer.wrap(content.getBytes(ISO_8859_1)));
    }
  }

  static String read(Path directory, String name) throws ErrnoException {
    try (var file = Open.open(path(directory, name), Open.O_RDONLY)) {
      var bytes = ByteBuffer.allocate((int) Stat.of(file).size());
      Io.preadFully(file, bytes, 0);
      return new String(bytes.array(), ISO_8859_1);
    }
  }

  /** Runs {@code body} on a platform thread of its own, for what would change the caller's. */
  static <T> T onThread(Namespaces.Body<T> body) throws IOException {
    var task = new FutureTask<T>(body::run);
    Thread.ofPlatform().start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs what must fail with that errno, and checks that the message names call and errno. */
  static ErrnoException fails(Errno errno, String call, ThrowingCallable attempt) {
    var failure = catchThrowableOfType(ErrnoException.class, attempt);
    assertThat(failure).as("%s should have failed with %s", call, errno).isNotNull();
    assertThat(failure.errno()).as(failure.getMessage()).contains(errno);
    assertThat(failure).hasMessageStartingWith(call + "(").hasMessageContaining(errno.name());
    return failure;
  }
}
