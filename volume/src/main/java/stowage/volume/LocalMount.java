package stowage.volume;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stowage.base.ByteStrings;
import stowage.base.StowageException;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.linux.Mounts;

/** Mounts what a local volume's options name, at its mountpoint. */
final class LocalMount {
  private static final Pattern ADDRESS = Pattern.compile("(^|,)addr=([^,]+)");
  private static final Pattern PASSWORD = Pattern.compile("(^|,)password=[^,]*");

  /** A server that does not answer keeps mount(2) for longer than anybody waits. */
  private static final long DEADLINE_SECONDS = 30;

  private static final int NODEV = 0x4;

  private LocalMount() {}

  /** Mounts; {@code root} is the agent's own data, which no volume may show. */
  static void mount(Volume volume, Path root) {
    String type = volume.options().getOrDefault("type", "");
    String device = volume.options().getOrDefault("device", "");
    String target = volume.mountpoint();
    var words = MountWords.parse(address(type, volume.options().getOrDefault("o", "")));
    if (words.isBind()) {
      checkBind(device, root, volume);
    }
    // Device nodes of a filesystem from elsewhere are nobody's business here.
    long flags = words.flags() | (words.isBind() || type.equals("tmpfs") ? 0 : NODEV);
    try {
      withDeadline(
          () ->
              Mounts.mount(
                  ByteStrings.ofText(device),
                  ByteStrings.ofText(target),
                  words.isBind() ? "" : ByteStrings.ofText(type),
                  flags,
                  ByteStrings.ofText(words.data())),
          device);
      if (words.isBind() && words.flags() != 0x1000 && words.flags() != 0x5000) {
        // The kernel takes no other flag in the call that binds.
        Mounts.mount("", ByteStrings.ofText(target), "", flags | Mounts.MS_REMOUNT, "");
      }
    } catch (ErrnoException e) {
      throw failed(words.describe(device, target), target, device, e);
    }
  }

  static void unmount(Volume volume) throws IOException {
    String target = ByteStrings.ofText(volume.mountpoint());
    try {
      Mounts.umount2(target, Mounts.UMOUNT_NOFOLLOW);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EBUSY)) {
        throw e;
      }
      // Somebody looks into it, or its server is gone: out of sight now, gone when they are done.
      Mounts.umount2(target, Mounts.UMOUNT_NOFOLLOW | Mounts.MNT_DETACH);
    }
  }

  private static void checkBind(String device, Path root, Volume volume) {
    var source = Path.of(device).normalize();
    if (source.startsWith(root) || root.startsWith(source)) {
      throw new StowageException.InvalidArgument(
          "error while mounting volume '%s': device %s shows the agent's own data in %s"
              .formatted(volume.mountpoint(), device, root));
    }
  }

  private static StowageException failed(
      String what, String target, String device, ErrnoException e) {
    // "no such file or directory" would make the stock client exit with 127.
    String why =
        e.is(Errno.ENOENT)
            ? "device %s does not exist".formatted(device)
            : e.errno().map(Errno::meaning).orElse(e.getMessage());
    return new StowageException.Failed(
        "error while mounting volume '%s': failed to mount local volume: %s: %s"
            .formatted(target, PASSWORD.matcher(what).replaceAll("$1password=********"), why),
        e);
  }

  /** The kernel's NFS and CIFS take addresses only; names are looked up here, as Docker does. */
  private static String address(String type, String options) {
    Matcher matcher = ADDRESS.matcher(options);
    if (!(type.startsWith("nfs") || type.equals("cifs")) || !matcher.find()) {
      return options;
    }
    String host = matcher.group(2);
    try {
      String address = InetAddress.getByName(host).getHostAddress();
      return options.substring(0, matcher.start(2)) + address + options.substring(matcher.end(2));
    } catch (UnknownHostException e) {
      throw new StowageException.Unavailable("cannot find the address of " + host, e);
    }
  }

  private interface Call {
    void run() throws ErrnoException;
  }

  /** On a thread of its own, which may hang without holding up anybody. */
  private static void withDeadline(Call call, String device) throws ErrnoException {
    var done = new CompletableFuture<ErrnoException>();
    Thread.ofPlatform()
        .daemon()
        .name("mount " + device)
        .start(
            () -> {
              try {
                call.run();
                done.complete(null);
              } catch (ErrnoException e) {
                done.complete(e);
              }
            });
    try {
      var failure = done.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      if (failure != null) {
        throw failure;
      }
    } catch (TimeoutException e) {
      throw new StowageException.Unavailable(
          "%s did not answer within %d s".formatted(device, DEADLINE_SECONDS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StowageException.Unavailable("interrupted while mounting " + device, e);
    } catch (ExecutionException e) {
      throw new AssertionError("the thread completes it with a value", e);
    }
  }
}
