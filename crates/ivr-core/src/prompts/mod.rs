//! What is said: prompt keys, overrides of a publication, built-in words.
//!
//! [`resolve::ScopeChain::speak`] is the way in: it finds the words of a prompt, an override or
//! the built-in ones of [`defaults`], and writes them into a [`crate::ssml::speech::Speech`].

pub mod defaults;
pub mod finding;
pub mod key;
pub mod load;
pub mod name;
pub mod placeholder;
pub mod resolve;
pub mod scope;
pub mod vars;
pub mod words;

mod slot;
#[cfg(test)]
mod tests;
