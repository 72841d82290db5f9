package stowage.agent;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import stowage.base.StowageException;

/** The agent's process: {@code stowage agent}, in the foreground until SIGTERM or SIGINT. */
public final class Main {
  private static final int USAGE = 2;

  private Main() {}

  /** Runs it. Exit codes: 0 stopped by a signal, 1 could not start, 2 wrong settings. */
  public static void main(String[] arguments) throws InterruptedException {
    var words = List.of(arguments);
    Logs.start("info");
    Logger log = System.getLogger(Main.class.getName());
    if (words.equals(List.of("--train"))) {
      Training.run();
      return;
    }
    try {
      var settings = Settings.read(words, System.getenv());
      Logs.start(settings.get(Setting.LOG_LEVEL));
      var agent = new Agent(settings);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(agent), "stop"));
      HeapTrimmer.start();
      new CountDownLatch(1).await();
    } catch (StowageException.InvalidArgument e) {
      log.log(Level.ERROR, "agent.refused reason={0}", e.getMessage());
      System.exit(USAGE);
    } catch (StowageException e) {
      log.log(Level.ERROR, "agent.failed reason={0}", e.getMessage());
      log.log(Level.DEBUG, "agent.failed", e);
      System.exit(1);
    }
  }

  private static void stop(Agent agent) {
    agent.close();
    Runtime.getRuntime().halt(0); // a signal that was obeyed is no failure
  }
}
