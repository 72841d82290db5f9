package stowage.image;

import java.io.IOException;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.oci.Reference;

/** What a failed talk with a registry means to who asked for it, in Docker's words. */
final class Refusals {
  private Refusals() {}

  static StowageException ofPull(Reference wanted, IOException e) {
    if (e instanceof RegistryRefusal refusal) {
      String why = ": " + refusal.getMessage();
      String text =
          switch (refusal) {
            case RegistryRefusal r when r.is("MANIFEST_UNKNOWN") ->
                "manifest for " + wanted.familiar() + " not found" + why;
            case RegistryRefusal r when r.is("NAME_UNKNOWN") ->
                "repository " + wanted.familiarName() + " not found" + why;
            case RegistryRefusal r when r.is("DENIED") ->
                ("pull access denied for %s, repository does not exist or may require"
                        + " 'docker login'%s")
                    .formatted(wanted.familiarName(), why);
            case RegistryRefusal r when r.status() == 404 ->
                "manifest for " + wanted.familiar() + " not found: manifest unknown" + why;
            default -> "";
          };
      if (!text.isEmpty()) {
        return new StowageException.NotFound(Resource.IMAGE, wanted.familiar(), text);
      }
    }
    return of(e);
  }

  static StowageException ofPush(IOException e) {
    return of(e);
  }

  static StowageException ofLogin(IOException e) {
    return of(e);
  }

  private static StowageException of(IOException e) {
    return switch (e) {
      case RegistryRefusal r when r.status() == 401 || r.status() == 403 ->
          new StowageException.Denied(r.getMessage());
      case Answer.Lie lie -> new StowageException.Corrupt(lie.getMessage(), lie);
      case IOException other -> new StowageException.Unavailable(other.getMessage(), other);
    };
  }
}
