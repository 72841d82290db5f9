package stowage.cloud;

/** A host that becomes an instance, or says again that it is one. */
public record RegisterHost(String instanceId, String zone, Instance.Host host) {}
