/** Images. */
package stowage.image;
