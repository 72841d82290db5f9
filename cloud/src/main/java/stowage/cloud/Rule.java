package stowage.cloud;

import stowage.base.StowageException;

/**
 * A rule of EBS that a request broke, with the ids and numbers it is about. The kinds are those of
 * {@link StowageException}; what an API calls each of them, and its words, is the API's matter.
 */
public sealed interface Rule permits DryRun, Held, Invalid, NoSuch, NotNow, Repeated, TooMuch {
  /** For people: names the thing, what is wrong and what would be right. */
  String message();

  /** The same as the house's failure, for callers that know no rules. */
  default StowageException failure() {
    String text = message();
    return switch (this) {
      case DryRun _, Invalid _ -> new StowageException.InvalidArgument(text);
      case Held _ -> new StowageException.InUse(text);
      case NoSuch missing ->
          new StowageException.NotFound(stowage.base.Resource.VOLUME, missing.id(), text);
      case NotNow _ -> new StowageException.WrongState(text);
      case Repeated _ -> new StowageException.AlreadyExists(text);
      case TooMuch _ -> new StowageException.LimitExceeded(text, null);
    };
  }

  /** As it is thrown. */
  default RuleBroken broken() {
    return new RuleBroken(this);
  }
}
