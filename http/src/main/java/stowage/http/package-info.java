/** HTTP. */
package stowage.http;
