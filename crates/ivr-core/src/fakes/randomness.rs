//! All randomness of a world, from one seed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use serde::{Deserialize, Serialize};

use crate::ports::Entropy;

/// The engine's randomness: the same seed, the same bytes.
pub struct FakeEntropy(Mutex<ChaCha20Rng>);

impl FakeEntropy {
    /// One of the streams of a seed.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(Mutex::new(rng))
    }

    fn rng(&self) -> MutexGuard<'_, ChaCha20Rng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entropy for FakeEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.rng().fill_bytes(bytes);
    }
}

/// Two streams: what the backends draw does not change what the engine draws.
pub(super) struct Randomness {
    pub(super) engine: FakeEntropy,
    pub(super) backends: FakeEntropy,
}

/// How much was drawn. A world that goes on must not draw the same bytes again: the sealing key
/// stays, and a nonce may serve once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drawn {
    engine: u64,
    backends: u64,
}

impl Randomness {
    pub(super) fn new(seed: u64) -> Self {
        Self { engine: FakeEntropy::new(seed, 0), backends: FakeEntropy::new(seed, 1) }
    }

    /// A random text as long as a token; nothing can be read in it.
    pub(super) fn token(&self, bytes: usize) -> String {
        let mut random = vec![0; bytes];
        self.backends.fill(&mut random);
        URL_SAFE_NO_PAD.encode(random)
    }

    pub(super) fn drawn(&self) -> Drawn {
        let words =
            |stream: &FakeEntropy| u64::try_from(stream.rng().get_word_pos()).unwrap_or(u64::MAX);
        Drawn { engine: words(&self.engine), backends: words(&self.backends) }
    }

    pub(super) fn go_on_from(&self, drawn: Drawn) {
        self.engine.rng().set_word_pos(drawn.engine.into());
        self.backends.rng().set_word_pos(drawn.backends.into());
    }
}
