/**
 * OCI and Docker formats, as values: what is in a layer's tar, in a manifest, in an image's config,
 * in a reference, and what a runtime is told.
 *
 * <p>Three groups. Tar: {@link stowage.oci.TarParser} is fed a stream that is hashed and written
 * elsewhere at the same time, {@link stowage.oci.TarReader} pulls one; both give {@link
 * stowage.oci.TarEntry}, whose name {@link stowage.oci.LayerPath} makes safe and {@link
 * stowage.oci.Whiteout} tells from a removal; {@link stowage.oci.TarWriter} writes. JSON: {@link
 * stowage.oci.Descriptor} points to a {@link stowage.oci.Manifest}, an {@link stowage.oci.Index} of
 * them by {@link stowage.oci.Platform}, or an {@link stowage.oci.ImageConfig}. Names: {@link
 * stowage.oci.Reference}. {@link stowage.oci.RuntimeSpec} makes the runtime's config.json.
 *
 * <p>Nothing here touches a disk, a network or the clock. Everything read is taken for hostile:
 * each format has its named limits, nothing is allocated from a size that is only claimed, and
 * what is wrong is a {@link stowage.base.StowageException.Corrupt} that names the part. Tar names
 * and xattr values are byte strings ({@link stowage.base.ByteStrings}).
 */
package stowage.oci;
