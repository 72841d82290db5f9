/** Crash-safe persistence. */
package stowage.store;
