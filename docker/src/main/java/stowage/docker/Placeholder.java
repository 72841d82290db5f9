package stowage.docker;

final class Placeholder {
  private Placeholder() {}
}
