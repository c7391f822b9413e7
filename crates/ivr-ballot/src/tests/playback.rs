//! A source of randomness that says what it was told to say.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

/// Plays bytes back and stops the test when they run out.
pub(super) struct Playback(std::vec::IntoIter<u8>);

impl Playback {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes.into_iter())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.len() == 0
    }
}

/// 64 bytes that reduce to the scalar of these 32.
pub(super) fn wide(scalar: &[u8]) -> Vec<u8> {
    let mut bytes = scalar.to_vec();
    bytes.resize(64, 0);
    bytes
}

impl TryRng for Playback {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("sealing draws bytes only")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("sealing draws bytes only")
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        for byte in target {
            *byte = self.0.next().expect("sealing draws no more than documented");
        }
        Ok(())
    }
}

impl TryCryptoRng for Playback {}
