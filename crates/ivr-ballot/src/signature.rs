//! The voter's signature: a key for one ballot, thrown away with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// What stands before an Ed25519 key in its DER form.
const DER_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The two values of the content, in padded base64.
pub(crate) struct VoterSignature {
    pub(crate) public_key: String,
    pub(crate) signature: String,
}

/// What is signed: three parts, each after its length in eight bytes.
pub(crate) fn message(ballot_id: &str, election_id: &str, signable: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(24 + ballot_id.len() + election_id.len() + signable.len());
    for part in [ballot_id.as_bytes(), election_id.as_bytes(), signable] {
        message.extend((part.len() as u64).to_le_bytes());
        message.extend(part);
    }
    message
}

/// Draws a key and signs. The key wipes itself.
pub(crate) fn sign<R: CryptoRng + ?Sized>(rng: &mut R, message: &[u8]) -> VoterSignature {
    let mut seed = Zeroizing::new([0; 32]);
    rng.fill_bytes(seed.as_mut());
    let key = SigningKey::from_bytes(&seed);
    let mut der = [0; 44];
    der[..12].copy_from_slice(&DER_PREFIX);
    der[12..].copy_from_slice(key.verifying_key().as_bytes());
    VoterSignature {
        public_key: STANDARD.encode(der),
        signature: STANDARD.encode(key.sign(message).to_bytes()),
    }
}

/// Whether both texts are what they should be and the signature holds.
pub(crate) fn holds(public_key: &str, signature: &str, message: &[u8]) -> bool {
    let check = || {
        let der = STANDARD.decode(public_key).ok()?;
        let bytes: [u8; 32] = der.strip_prefix(&DER_PREFIX)?.try_into().ok()?;
        let key = VerifyingKey::from_bytes(&bytes).ok()?;
        let signature = Signature::from_slice(&STANDARD.decode(signature).ok()?).ok()?;
        key.verify(message, &signature).ok()
    };
    check().is_some()
}
