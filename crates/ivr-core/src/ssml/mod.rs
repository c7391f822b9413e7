//! SSML: what the voice is given, and the only place where it is built.
//!
//! [`template`] turns an administrator's text into an [`template::IvrTemplate`] when a publication
//! is loaded: parsed, sanitised, its slots found. [`speech`] is what a turn writes into; speaking
//! only concatenates. Nothing else in the workspace writes a tag.

mod cut;
pub mod error;
pub mod locale;
pub mod plain;
pub mod speech;
pub mod template;

mod allow;
#[cfg(test)]
pub(crate) mod conform;
mod escape;
mod lexer;
mod sanitize;
mod slots;
#[cfg(test)]
mod tests;
