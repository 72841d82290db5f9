package stowage.http;

final class Placeholder {
  private Placeholder() {}
}
