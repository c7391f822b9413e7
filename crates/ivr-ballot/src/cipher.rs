//! ElGamal over ristretto255, with a proof that whoever made the ciphertext knew its randomness.

use borsh::{BorshDeserialize, BorshSerialize};
use curve25519_dalek::constants::{RISTRETTO_BASEPOINT_COMPRESSED, RISTRETTO_BASEPOINT_TABLE};
use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::CryptoRng;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use crate::group;
use crate::key::ElectionKey;
use crate::plaintext::Plaintext;

/// A ciphertext and its proof, as they travel: 160 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Sealed {
    /// The plaintext's element plus the randomness times the election key.
    pub(crate) mhr: [u8; 32],
    /// The randomness times the basepoint.
    pub(crate) gr: [u8; 32],
    pub(crate) commitment: [u8; 32],
    pub(crate) challenge: [u8; 32],
    pub(crate) response: [u8; 32],
}

/// What one ciphertext needs from chance.
pub(crate) struct Randomness {
    pub(crate) exponent: Zeroizing<Scalar>,
    pub(crate) nonce: Zeroizing<Scalar>,
}

impl Randomness {
    /// Draws the ciphertext's exponent, then the proof's nonce.
    pub(crate) fn draw<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self { exponent: group::random_scalar(rng), nonce: group::random_scalar(rng) }
    }
}

/// Encrypts plaintexts together, which shares the inversions of compressing their elements.
///
/// `None` when a plaintext has no element.
pub(crate) fn encrypt(
    key: &ElectionKey,
    plaintexts: &[Plaintext],
    randomness: &[Randomness],
) -> Option<Vec<Sealed>> {
    debug_assert_eq!(plaintexts.len(), randomness.len());
    // The batch doubles what it compresses, so the exponents are halved beforehand.
    let mut public = Vec::with_capacity(2 * randomness.len());
    for each in randomness {
        for exponent in [&each.exponent, &each.nonce] {
            let halved = Zeroizing::new(exponent.div_by_2());
            public.push(&*halved * RISTRETTO_BASEPOINT_TABLE);
        }
    }
    let public = RistrettoPoint::double_and_compress_batch(&public);

    let mut sealed = Vec::with_capacity(plaintexts.len());
    for ((plaintext, random), public) in plaintexts.iter().zip(randomness).zip(public.chunks(2)) {
        let message = group::encode(plaintext)?;
        let mask = Zeroizing::new(&*random.exponent * key.table());
        let mhr = (*message + *mask).compress().to_bytes();
        let (gr, commitment) = (public[0].to_bytes(), public[1].to_bytes());
        let challenge = challenge(&commitment, &mhr, &gr);
        let response = *random.nonce + challenge * *random.exponent;
        sealed.push(Sealed {
            mhr,
            gr,
            commitment,
            challenge: challenge.to_bytes(),
            response: response.to_bytes(),
        });
    }
    Some(sealed)
}

impl Sealed {
    /// Whether every part is a canonical element or scalar.
    pub(crate) fn is_well_formed(&self) -> bool {
        [self.mhr, self.gr, self.commitment].into_iter().all(|bytes| group::point(bytes).is_some())
            && [self.challenge, self.response]
                .into_iter()
                .all(|bytes| group::scalar(bytes).is_some())
    }

    /// Whether the proof holds.
    pub(crate) fn proof_holds(&self) -> bool {
        let parts = || {
            Some((
                group::point(self.gr)?,
                group::point(self.commitment)?,
                group::scalar(self.challenge)?,
                group::scalar(self.response)?,
            ))
        };
        let Some((gr, commitment, stated, response)) = parts() else {
            return false;
        };
        challenge(&self.commitment, &self.mhr, &self.gr) == stated
            && RistrettoPoint::vartime_double_scalar_mul_basepoint(&-stated, &gr, &response)
                == commitment
    }
}

/// The hash that stands for the verifier. Two nested maps, keys sorted, every part prefixed by its length.
fn challenge(commitment: &[u8; 32], mhr: &[u8; 32], gr: &[u8; 32]) -> Scalar {
    let mut context = Vec::with_capacity(68);
    context.extend(2u32.to_le_bytes());
    entry(&mut context, "label", &0u32.to_le_bytes());
    entry(&mut context, "mhr", mhr);

    let mut input = Vec::with_capacity(256);
    input.extend(4u32.to_le_bytes());
    entry(&mut input, "commitment", commitment);
    entry(&mut input, "context", &context);
    entry(&mut input, "g", RISTRETTO_BASEPOINT_COMPRESSED.as_bytes());
    entry(&mut input, "public", gr);
    Scalar::from_bytes_mod_order_wide(&Sha512::digest(&input).into())
}

fn entry(map: &mut Vec<u8>, key: &str, value: &[u8]) {
    for part in [key.as_bytes(), value] {
        map.extend((part.len() as u32).to_le_bytes());
        map.extend(part);
    }
}
