//! Randomness, as an argument.

/// Randomness fit for secrets.
pub trait Entropy: Send + Sync {
    /// Fills a buffer. Implementations abort the process rather than return weak bytes.
    fn fill(&self, bytes: &mut [u8]);
}
