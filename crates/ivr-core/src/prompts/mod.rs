//! What is said: prompt keys, overrides of a publication, built-in words.

pub mod key;
pub mod placeholder;
