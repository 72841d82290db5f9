/**
 * The EC2 Query API and the EBS direct API over {@code stowage.cloud}, as stock clients speak them.
 *
 * <p>A request comes as an {@code Incoming}; its {@code Signature} is verified over those very
 * bytes; then it goes to {@code Ec2Api} or {@code EbsApi}. For EC2 an {@code Action} has a {@code
 * Grammar}, which says what it may be asked, and a verb that calls the region and writes the
 * answer. The region knows the rules of EBS and none of its error codes: those, and the texts
 * clients read, are in {@code Ec2Errors} and {@code EbsErrors}.
 *
 * <p>Sizes of volumes are in GiB, as in EC2. Nothing is kept here: all state is the region's.
 */
package stowage.aws;
