package stowage.nbd;

import java.io.IOException;
import stowage.base.StowageException;
import stowage.block.StaleEpoch;
import stowage.linux.Errno;
import stowage.linux.ErrnoException;
import stowage.store.DiskFull;

/** What the protocol calls the ways a device fails. */
final class Errors {
  private Errors() {}

  static int of(IOException failure) {
    return switch (failure) {
      case DiskFull _ -> Wire.ENOSPC;
      case StaleEpoch _ -> Wire.ESHUTDOWN;
      case ErrnoException e -> of(e.errno().orElse(Errno.EIO));
      case IOException _ -> Wire.EIO;
    };
  }

  private static int of(Errno errno) {
    return switch (errno) {
      case ENOSPC, EDQUOT, EFBIG -> Wire.ENOSPC;
      case EPERM, EROFS -> Wire.EPERM;
      case ESHUTDOWN -> Wire.ESHUTDOWN;
      default -> Wire.EIO; // not EINVAL: the request was sound, what is below it was not
    };
  }

  static int of(StowageException failure) {
    return switch (failure) {
      case StowageException.LimitExceeded _ -> Wire.ENOSPC;
      case StowageException.Denied _ -> Wire.EPERM;
      case StowageException.NotFound _, StowageException.WrongState _ -> Wire.ESHUTDOWN;
      case StowageException.Unsupported _ -> Wire.EINVAL;
      case StowageException.AlreadyExists _,
          StowageException.InUse _,
          StowageException.InvalidArgument _,
          StowageException.Unavailable _,
          StowageException.Corrupt _,
          StowageException.Failed _ ->
          Wire.EIO;
    };
  }
}
