//! A whole election key. The platform never has one: trustees hold shares.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::group;

/// The secret half of a throw-away election key. Wiped and never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey(Scalar);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// A text that is not a secret key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret key is not a scalar in unpadded base64")]
pub struct SecretKeyError;

impl SecretKey {
    /// Reads unpadded base64 of 32 bytes.
    ///
    /// # Errors
    /// Any other text, or bytes that are not a canonical scalar.
    pub fn from_base64(text: &str) -> Result<Self, SecretKeyError> {
        let bytes = Zeroizing::new(STANDARD_NO_PAD.decode(text).map_err(|_| SecretKeyError)?);
        let bytes =
            Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| SecretKeyError)?);
        group::scalar(*bytes).map(Self).ok_or(SecretKeyError)
    }

    /// The public half, as a ballot style states it.
    #[must_use]
    pub fn public_key(&self) -> String {
        STANDARD_NO_PAD.encode(RistrettoPoint::mul_base(&self.0).compress().as_bytes())
    }

    pub(super) fn unmask(
        &self,
        mhr: &RistrettoPoint,
        gr: &RistrettoPoint,
    ) -> Zeroizing<RistrettoPoint> {
        Zeroizing::new(mhr - self.0 * gr)
    }
}
