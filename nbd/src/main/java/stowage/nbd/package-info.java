/** Block devices on the network: the NBD protocol. */
package stowage.nbd;
