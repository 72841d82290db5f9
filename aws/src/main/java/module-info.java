/** The EC2 Query API and the EBS direct API. */
module stowage.aws {
  requires transitive stowage.base;
  requires transitive stowage.http;
  requires transitive stowage.cloud;

  exports stowage.aws;
}
