//! Why a token is not accepted.

/// Why a token is not accepted. Nothing of the token is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not a JWT.
    #[error("not a JWT")]
    Malformed,
    /// Not RS256.
    #[error("signed with another algorithm than RS256")]
    Algorithm,
    /// The header has `crit` (RFC 7515, 4.1.11): none of its extensions is known here.
    #[error("its header asks for something that is not known here")]
    Critical,
    /// The realm publishes no such signing key, or the token names none.
    #[error("signed with a key that the realm does not publish")]
    UnknownKey,
    /// The signature is not by that key.
    #[error("the signature does not match")]
    Signature,
    /// Another realm's.
    #[error("issued by another realm")]
    Issuer,
    /// An ID token, a refresh token.
    #[error("not an access token")]
    NotAnAccessToken,
    /// A claim is missing or of another type.
    #[error("claim {0} is missing or of another type")]
    Claim(&'static str),
    /// Over.
    #[error("expired")]
    Expired,
    /// Not begun.
    #[error("not valid yet")]
    NotYetValid,
}
