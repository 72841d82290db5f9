package stowage.cloud;

/** A tag of something. */
public record Tagged(String resourceId, Kind kind, String key, String value) {}
