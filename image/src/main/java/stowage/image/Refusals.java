package stowage.image;

import java.io.IOException;
import stowage.base.Resource;
import stowage.base.StowageException;
import stowage.oci.Reference;

/** What a failed talk with a registry means to who asked for it, in Docker's words. */
final class Refusals {
  private Refusals() {}

  static StowageException ofPull(Reference wanted, IOException e) {
    if (e instanceof RegistryRefusal refusal && isMissing(refusal)) {
      return new StowageException.NotFound(
          Resource.IMAGE,
          wanted.familiar(),
          missing(wanted, refusal) + ": " + refusal.getMessage());
    }
    return of(e);
  }

  private static boolean isMissing(RegistryRefusal refusal) {
    return refusal.status() == 404 || refusal.is("DENIED") || refusal.is("MANIFEST_UNKNOWN");
  }

  private static String missing(Reference wanted, RegistryRefusal refusal) {
    if (refusal.is("DENIED")) {
      return "pull access denied for %s, repository does not exist or may require 'docker login'"
          .formatted(wanted.familiarName());
    }
    return refusal.is("NAME_UNKNOWN")
        ? "repository " + wanted.familiarName() + " not found"
        : "manifest for " + wanted.familiar() + " not found";
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
