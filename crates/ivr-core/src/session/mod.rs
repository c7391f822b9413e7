//! A call in progress: its state, its stored form, its sealing.

mod call;
mod retries;
mod sealing;
mod stored;
mod ttl;

pub use call::*;
pub use retries::*;
pub use sealing::*;
pub use stored::*;
pub use ttl::*;

#[cfg(test)]
mod tests;
