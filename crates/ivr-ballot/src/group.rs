//! Group elements and scalars: how bytes become them and how randomness does.

use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::plaintext::Plaintext;

/// A uniform scalar: 64 bytes reduced by the group order.
pub(crate) fn random_scalar<R: CryptoRng + ?Sized>(rng: &mut R) -> Zeroizing<Scalar> {
    let mut wide = Zeroizing::new([0; 64]);
    rng.fill_bytes(wide.as_mut());
    Zeroizing::new(Scalar::from_bytes_mod_order_wide(&wide))
}

/// The element that carries a plaintext: the first of `[2i] || plaintext || [j]` that decompresses.
///
/// About one in four does, so that none of the 8192 does will not be met; it is an error all the same.
pub(crate) fn encode(plaintext: &Plaintext) -> Option<Zeroizing<RistrettoPoint>> {
    let mut candidate = CompressedRistretto([0; 32]);
    candidate.0[1..31].copy_from_slice(&plaintext.0);
    let mut found = None;
    'search: for last in 0..64 {
        candidate.0[31] = last;
        for half in 0..128 {
            candidate.0[0] = 2 * half;
            if let Some(point) = candidate.decompress() {
                found = Some(Zeroizing::new(point));
                break 'search;
            }
        }
    }
    candidate.zeroize();
    found
}

/// The plaintext an element carries.
#[cfg(feature = "tally")]
pub(crate) fn decode(point: &RistrettoPoint) -> Plaintext {
    let mut compressed = point.compress();
    let mut bytes = [0; 30];
    bytes.copy_from_slice(&compressed.0[1..31]);
    compressed.zeroize();
    let plaintext = Plaintext(bytes);
    bytes.zeroize();
    plaintext
}

/// An element from its one canonical encoding.
pub(crate) fn point(bytes: [u8; 32]) -> Option<RistrettoPoint> {
    CompressedRistretto(bytes).decompress()
}

/// A scalar from its one canonical encoding.
pub(crate) fn scalar(bytes: [u8; 32]) -> Option<Scalar> {
    Scalar::from_canonical_bytes(bytes).into_option()
}
