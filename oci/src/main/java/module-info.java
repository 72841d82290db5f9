/** OCI formats: descriptor, manifest, config, layer tar, runtime spec. */
module stowage.oci {
  requires stowage.base;

  exports stowage.oci;
}
