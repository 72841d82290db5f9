/** OCI formats. */
package stowage.oci;
