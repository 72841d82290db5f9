/**
 * Stowage beside dockerd and podman on the same images, in one run.
 *
 * <p>A {@link stowage.bench.Peer} is an engine in folders of its own with its client's words; a
 * {@link stowage.bench.Measure} is one thing users wait for, with what must be so before it. Every
 * round runs every peer, so that a noisy machine disturbs all alike; what is printed is the median
 * and the ratio to the better of the other two.
 */
package stowage.bench;
