package stowage.container;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import stowage.base.StowageException.Failed;
import stowage.base.StowageException.Unsupported;
import stowage.base.StowageException.WrongState;

/** What containers write, live and from their logs. */
final class Outputs {
  private final Tales tales;

  Outputs(Tales tales) {
    this.tales = tales;
  }

  Attachment attach(Slot slot, Attachment.Options options) {
    Attachment attachment;
    slot.lock.lock();
    try {
      if (slot.state() instanceof State.Paused) {
        throw new WrongState("You cannot attach to a paused container, unpause it first");
      }
      if (slot.state() instanceof State.Restarting) {
        throw new WrongState(
            "You cannot attach to a restarting container, wait until it is running");
      }
      Container container = slot.container();
      attachment =
          options.stream()
              ? slot.console().attach(options)
              : new Replay.Nothing(container.spec().streams().tty());
      if (options.logs()) {
        attachment = new Replay(log(container, LogOptions.ALL, Bell.silent()), attachment, options);
      }
    } finally {
      slot.lock.unlock();
    }
    tales.tell(slot.container(), "attach");
    return attachment;
  }

  void resize(Slot slot, int rows, int columns) {
    slot.lock.lock();
    try {
      if (!slot.state().isAlive()) {
        throw new WrongState("container %s is not running".formatted(slot.id()));
      }
      slot.console().resize(rows, columns);
    } finally {
      slot.lock.unlock();
    }
    tales.tell(
        slot.container(),
        "resize",
        Map.of("height", Integer.toString(rows), "width", Integer.toString(columns)));
  }

  LogReader logs(Slot slot, LogOptions options) {
    slot.lock.lock();
    try {
      var bell = Bell.silent();
      if (options.follow() && slot.state().isAlive()) {
        bell = new Bell();
        slot.console().listen(bell);
      }
      return log(slot.container(), options, bell);
    } finally {
      slot.lock.unlock();
    }
  }

  private static LogReader log(Container container, LogOptions options, Bell bell) {
    if (container.spec().lifecycle().logDriver().equals("none")) {
      throw new Unsupported("configured logging driver does not support reading");
    }
    try {
      return new CriLog(container.files().log(), options, bell);
    } catch (NoSuchFileException e) {
      return Replay.NO_LOG;
    } catch (IOException e) {
      throw new Failed("log of container %s: %s".formatted(container.id(), e.getMessage()), e);
    }
  }
}
