/**
 * Stock clients against a real agent, in folders of its own: the docker CLI, conmon and runc, the
 * kernel, a registry. Nothing is faked.
 *
 * <p>{@link stowage.e2e.TestAgent} is an agent for one test class: it lives in a temporary folder,
 * and its {@code close} fails the test if a mount, a process or a file is left.
 */
package stowage.e2e;
