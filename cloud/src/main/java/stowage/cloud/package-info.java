/** EBS as a domain: regions, zones, instances, volumes, attachments, snapshots. */
package stowage.cloud;
