/** The daemon. */
package stowage.agent;
