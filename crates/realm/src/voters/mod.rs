//! Voters of development realms, from a CSV file.

mod import;
mod table;

pub use import::{ImportError, Imported, import};
pub use table::{Voter, WrongLine, read};
