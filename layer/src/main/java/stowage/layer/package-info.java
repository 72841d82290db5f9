/** Layers. */
package stowage.layer;
