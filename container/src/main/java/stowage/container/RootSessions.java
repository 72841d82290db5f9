package stowage.container;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import stowage.base.StowageException;
import stowage.container.MountApplier.Mounted;
import stowage.container.MountApplier.Subject;
import stowage.layer.LayerStore;
import stowage.layer.View;
import stowage.volume.Volumes;

/**
 * Who uses which container's root at the moment: the container itself while it runs, and every look
 * inside by the agent. The first makes the root, the last takes it down.
 */
final class RootSessions {
  private final RootAssembly assembly;
  private final LayerStore layers;
  private final Volumes volumes;
  private final Map<String, Session> sessions = new HashMap<>(); // guarded by itself

  RootSessions(RootAssembly assembly, LayerStore layers, Volumes volumes) {
    this.assembly = assembly;
    this.layers = layers;
    this.volumes = volumes;
  }

  /** One container's root. The lock is held while it is made or taken down. */
  private static final class Session {
    final ReentrantLock lock = new ReentrantLock();
    final List<View> views = new ArrayList<>(); // guarded by lock
    int waiting; // guarded by sessions: threads that have it or wait for it
    int users; // guarded by lock
    Subject subject; // guarded by lock
    List<Mount> mounts = List.of(); // guarded by lock
    Mounted mounted; // guarded by lock
  }

  private interface Work<T> {
    T run(Session session);
  }

  private <T> T with(String id, Work<T> work) {
    Session session;
    synchronized (sessions) {
      session = sessions.computeIfAbsent(id, _ -> new Session());
      session.waiting++;
    }
    session.lock.lock();
    try {
      return work.run(session);
    } finally {
      synchronized (sessions) {
        if (--session.waiting == 0 && session.users == 0) {
          sessions.remove(id, session);
        }
      }
      session.lock.unlock();
    }
  }

  Mounted enter(Subject subject, List<Mount> mounts, Map<String, Path> files) {
    return with(
        subject.id(),
        session -> {
          if (session.users == 0) {
            make(session, subject, mounts, files);
          }
          session.users++;
          return session.mounted;
        });
  }

  private void make(
      Session session, Subject subject, List<Mount> mounts, Map<String, Path> files) {
    session.subject = subject;
    session.mounts = mounts;
    try {
      // What an earlier life of the agent left would be under what is mounted now.
      assembly.takeDown(subject.id(), subject.active().merged());
      layers.mount(subject.active());
      var assembled = assembly.assemble(subject, mounts, files, session.views);
      session.mounted =
          new Mounted(
              subject.active().merged(),
              assembled.aside(),
              RootAssembly.rootPropagation(mounts));
    } catch (StowageException e) {
      try {
        takeDown(session);
      } catch (StowageException more) {
        e.addSuppressed(more);
      }
      throw e;
    }
  }

  void adopt(Subject subject, List<Mount> mounts) {
    with(
        subject.id(),
        session -> {
          session.subject = subject;
          session.mounts = mounts;
          session.users = 1;
          session.mounted = new Mounted(subject.active().merged(), List.of(), "");
          for (Mount mount : mounts) {
            switch (mount) {
              case Mount.Volume volume -> volumes.adopt(volume.name(), subject.id());
              case Mount.Image image -> session.views.add(layers.view(image.chain()));
              case Mount.Bind _, Mount.Tmpfs _ -> {}
            }
          }
          return null;
        });
  }

  /** One user less; the mounts that were there, empty when the root was not made. */
  List<Mount> leave(String id) {
    return with(
        id,
        session -> {
          if (session.users == 0) {
            assembly.takeDownLeftovers(id);
            return List.of();
          }
          var mounts = session.mounts;
          if (--session.users == 0) {
            takeDown(session);
          }
          return mounts;
        });
  }

  private void takeDown(Session session) {
    var subject = session.subject;
    try {
      assembly.takeDown(subject.id(), subject.active().merged());
      layers.unmount(subject.active());
    } finally {
      session.views.forEach(View::close);
      session.views.clear();
      for (Mount mount : session.mounts) {
        if (mount instanceof Mount.Volume volume) {
          volumes.unmount(volume.name(), subject.id());
        }
      }
    }
  }
}
