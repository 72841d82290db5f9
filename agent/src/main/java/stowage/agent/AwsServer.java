package stowage.agent;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stowage.aws.Credentials;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.InvalidArgument;
import stowage.http.Handler;
import stowage.http.HttpServer;
import stowage.http.Listener;

/**
 * The EC2 and EBS APIs on a loopback port. Who has the port first keeps it: an agent that comes
 * later says so and does without.
 */
final class AwsServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(AwsServer.class.getName());
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Optional<HttpServer> server;
  private final String told;

  private AwsServer(Optional<HttpServer> server, String told) {
    this.server = server;
    this.told = told;
  }

  /** Refuses settings that are wrong. */
  static void check(Settings settings) {
    var unused = Address.of(settings, Setting.AWS_LISTEN);
    var read = credentials(settings);
  }

  /** Serves the API if the settings say so and the port is free. */
  static AwsServer start(Settings settings, Handler handler, HttpServer.Refusals refusals) {
    var address = Address.of(settings, Setting.AWS_LISTEN);
    if (address.isEmpty()) {
      return new AwsServer(Optional.empty(), "off");
    }
    var wanted = address.get();
    var server = new HttpServer(handler, refusals);
    try {
      server.listen(new Listener.Loopback(wanted.host(), wanted.port()));
      server.start();
      int port = server.addresses().getFirst().getPort();
      var actual = new Address(wanted.host(), port);
      LOG.log(Level.INFO, "aws.listening address={0}", actual);
      return new AwsServer(Optional.of(server), "http://" + actual);
    } catch (IOException e) {
      server.close();
      if (!isTaken(e)) {
        throw new Failed("cannot listen at %s: %s".formatted(wanted, e.getMessage()), e);
      }
      LOG.log(
          Level.WARNING,
          "aws.port.taken address={0} effect=\"no EC2 endpoint of this agent\""
              + " remedy=\"give it another: --aws-listen HOST:PORT, or none: --aws-listen=\"",
          wanted);
      return new AwsServer(Optional.empty(), "none: %s is taken".formatted(wanted));
    }
  }

  private static boolean isTaken(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }

  /** Whom the API lets in, none: everybody. */
  static List<Credentials> credentials(Settings settings) {
    var file = settings.file(Setting.AWS_CREDENTIALS);
    return file.isEmpty() ? List.of() : credentials(file.get());
  }

  private static List<Credentials> credentials(Path file) {
    try {
      var mode = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
      if (mode.stream().anyMatch(OTHERS::contains)) {
        throw new InvalidArgument(
            "%s holds secrets and others may use it: chmod 600 %s".formatted(file, file));
      }
      var all = new ArrayList<Credentials>();
      var lines = Files.readAllLines(file);
      for (int n = 1; n <= lines.size(); n++) {
        var line = lines.get(n - 1).strip();
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        var words = line.split("\\s+");
        if (words.length != 2) {
          throw new InvalidArgument("%s:%d: want ACCESS-KEY-ID SECRET".formatted(file, n));
        }
        all.add(new Credentials(words[0], words[1]));
      }
      if (all.isEmpty()) {
        throw new InvalidArgument("%s has no key: nobody would be let in".formatted(file));
      }
      return all;
    } catch (IOException e) {
      throw new InvalidArgument("%s: cannot read %s".formatted(Setting.AWS_CREDENTIALS.word(), e));
    }
  }

  /** Where it is, for people. */
  String told() {
    return told;
  }

  @Override
  public void close() {
    server.ifPresent(http -> http.stop(GRACE));
  }
}
