package stowage.agent;

import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import stowage.base.StowageException.InvalidArgument;

/** Where log lines go: standard error, one line each, {@code time LEVEL event key=value ...}. */
final class Logs {
  /** Kept, since the manager holds loggers weakly and would forget their levels. */
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

  private Logs() {}

  static void start(String levelName) {
    Level level =
        switch (levelName) {
          case "error" -> Level.SEVERE;
          case "warning" -> Level.WARNING;
          case "info" -> Level.INFO;
          case "debug" -> Level.FINE;
          case "trace" -> Level.FINER;
          case String other ->
              throw new InvalidArgument(
                  Setting.LOG_LEVEL.word(), other, "error, warning, info, debug or trace");
        };
    LogManager.getLogManager().reset();
    var handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new OneLine());
    Logger.getLogger("").addHandler(handler);
    Logger.getLogger("").setLevel(Level.WARNING);
    Logger.getLogger("stowage").setLevel(level);
    JETTY.setLevel(Level.WARNING);
  }

  private static final class OneLine extends Formatter {
    private final SimpleFormatter messages = new SimpleFormatter();

    @Override
    public String format(LogRecord line) {
      var text = new StringBuilder(160);
      text.append(line.getInstant()).append(' ').append(line.getLevel().getName()).append(' ');
      text.append(messages.formatMessage(line).replace("\n", "\\n"));
      if (line.getThrown() != null) {
        var trace = new java.io.StringWriter();
        line.getThrown().printStackTrace(new java.io.PrintWriter(trace));
        text.append('\n').append(trace.toString().stripTrailing());
      }
      return text.append('\n').toString();
    }
  }
}
