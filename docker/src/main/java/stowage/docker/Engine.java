package stowage.docker;

import stowage.base.Time;
import stowage.container.Archive;
import stowage.container.Containers;
import stowage.image.Images;
import stowage.image.StoreCheck;
import stowage.volume.Volumes;

/** The capabilities this API is a front of. */
public record Engine(
    Images images,
    StoreCheck check,
    Volumes volumes,
    Containers containers,
    Archive archive,
    EventFeed events,
    HostFacts host,
    Time time) {}
