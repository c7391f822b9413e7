//! The phases of a call, one a file: what each asks and what it does with the answer.
//!
//! An executor takes the session, a matched input and the context; it changes the session and says
//! what comes next. To add one, see `docs/adding-a-phase.md`.

pub mod announcement;
pub mod auth;
pub mod ballot_loop;
pub mod blacklist_check;
pub mod eligibility_check;
pub mod goodbye;
pub mod language_select;
mod language_selector;
