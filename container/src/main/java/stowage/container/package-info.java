/** Containers. */
package stowage.container;
