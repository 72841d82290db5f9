package stowage.base;

/**
 * Every way a request can fail, in one file.
 *
 * <p>Capabilities throw these and nothing else from their public methods. Each API has exactly one
 * class that turns them into its own form (Docker: {@code HttpErrors}) with a {@code switch} that
 * has no default, so a new way to fail does not compile until every API says how it is told. A
 * failed {@code assert} or an unchecked exception of any other type is a bug in Stowage and is
 * answered as an internal error.
 *
 * <p>Messages name the thing, what is wrong and what would be right. Where a stock client reads the
 * text (see the Docker CLI's exit codes), the capability words it so.
 */
public abstract sealed class StowageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private StowageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Nothing of that kind has that id. */
  public static final class NotFound extends StowageException {
    private static final long serialVersionUID = 1L;
    private final Resource resource;
    private final String id;

    public NotFound(Resource resource, String id) {
      this(resource, id, "no such %s: %s".formatted(resource.noun(), id));
    }

    /** With a message in the words a client expects. */
    public NotFound(Resource resource, String id, String message) {
      super(message, null);
      this.resource = resource;
      this.id = id;
    }

    public Resource resource() {
      return resource;
    }

    public String id() {
      return id;
    }
  }

  /** The name is taken by a thing with other parameters. */
  public static final class AlreadyExists extends StowageException {
    private static final long serialVersionUID = 1L;

    public AlreadyExists(String message) {
      super(message, null);
    }
  }

  /** Something else holds it: a container uses the volume, an instance has it attached. */
  public static final class InUse extends StowageException {
    private static final long serialVersionUID = 1L;

    public InUse(Resource resource, String id, String holder) {
      this("%s %s is in use by %s".formatted(resource.noun(), id, holder));
    }

    public InUse(String message) {
      super(message, null);
    }
  }

  /** The request is sound but not in this state; {@code actual} is a state's name in lower case. */
  public static final class WrongState extends StowageException {
    private static final long serialVersionUID = 1L;

    public WrongState(Resource resource, String id, String actual, String wanted) {
      this("%s %s is %s, not %s".formatted(resource.noun(), id, actual, wanted));
    }

    public WrongState(String message) {
      super(message, null);
    }
  }

  /** The caller's own words are wrong; {@code wanted} says what would be right. */
  public static final class InvalidArgument extends StowageException {
    private static final long serialVersionUID = 1L;

    public InvalidArgument(String name, Object value, String wanted) {
      this("%s: got '%s', want %s".formatted(name, value, wanted));
    }

    public InvalidArgument(String message) {
      super(message, null);
    }
  }

  /** The caller may not do this; credentials are missing or refused. */
  public static final class Denied extends StowageException {
    private static final long serialVersionUID = 1L;

    public Denied(String message) {
      super(message, null);
    }
  }

  /** A quota, a named limit, or the disk is full. Nothing of the request stays behind. */
  public static final class LimitExceeded extends StowageException {
    private static final long serialVersionUID = 1L;

    public LimitExceeded(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Stowage does not do that, on this kernel or at all; the message says which. */
  public static final class Unsupported extends StowageException {
    private static final long serialVersionUID = 1L;

    public Unsupported(String message) {
      super(message, null);
    }
  }

  /** Something outside failed: a registry, an NFS server. Trying again may help. */
  public static final class Unavailable extends StowageException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Bytes are not what they should be: stored ones, a layer's, an archive's, a registry's. */
  public static final class Corrupt extends StowageException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The machine failed under the request: EIO, a system call the kernel refused, the runtime. */
  public static final class Failed extends StowageException {
    private static final long serialVersionUID = 1L;

    public Failed(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
