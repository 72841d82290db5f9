/**
 * The nouns every capability speaks, the ways a request can fail, JSON, time and random ids.
 *
 * <p>Nothing here keeps state, touches a disk or knows an API's wire format. A type belongs here
 * only when two capabilities that may not import each other both need it; otherwise it belongs to
 * its owner.
 *
 * <p>A <em>byte string</em>, here and everywhere, is a {@code String} whose chars are bytes, 0 to
 * 255 ({@link stowage.base.ByteStrings}): names in layers and on Linux are bytes, not text.
 */
package stowage.base;
