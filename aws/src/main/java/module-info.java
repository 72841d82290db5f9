/** The EC2 Query API and the EBS direct API. */
module stowage.aws {
  requires transitive stowage.base;
  requires stowage.http;
  requires stowage.chunk;
  requires stowage.cloud;

  exports stowage.aws;
}
