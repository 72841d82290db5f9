package stowage.cloud;

/** What a start, stop or termination did to an instance. */
public record StateChange(String instanceId, Instance.State before, Instance.State now) {}
