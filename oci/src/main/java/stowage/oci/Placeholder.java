package stowage.oci;

final class Placeholder {
  private Placeholder() {}
}
