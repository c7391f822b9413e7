//! A generator for what one turn needs, seeded from the [`Entropy`] port.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::ports::Entropy;
use crate::secret::Erase;

/// A fresh generator for secrets.
pub fn rng(entropy: &dyn Entropy) -> ChaCha20Rng {
    let mut seed = [0; 32];
    entropy.fill(&mut seed);
    let rng = ChaCha20Rng::from_seed(seed);
    seed.erase();
    rng
}
