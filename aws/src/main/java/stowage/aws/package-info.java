/** The EC2 Query API and the EBS direct API. */
package stowage.aws;
