//! blacklist_check: refuses blocked callers, by the answer asked for when the call began.

use super::goodbye;
use crate::flow::context::{Next, Outcome, PhaseResult};
use crate::prompts::key::IvrPromptKey;
use crate::session::IvrSession;

/// Ends the call of a blocked number, else goes on.
pub fn run(session: &mut IvrSession) -> PhaseResult {
    Ok(if session.blacklisted {
        goodbye::disconnect(session, IvrPromptKey::BlacklistMessage)
    } else {
        Outcome::silent(Next::Advance)
    })
}
