package stowage.image;

/**
 * A registry's answer to credentials that are good.
 *
 * @param status "Login Succeeded"
 * @param identityToken what to keep instead of the password; empty when the registry gave none
 */
public record Login(String status, String identityToken) {}
