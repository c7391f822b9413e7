//! The submit protocol as a step function: seal, save, send, ask (DECISIONS 4, 40, 66).
//!
//! No port is called here. [`Submission::step`] takes what just happened and says what to do next,
//! so that production and a model checker (`crates/submit-model`) drive the very same code.
//!
//! Its promises: a ballot is saved before it is sent and resent unchanged; no refusal is announced
//! before the history was asked for our `ballot_id`; once a send's reply was not seen, only
//! "recorded" and "unknown" are ever announced; "recorded" is only said when the platform said so
//! or the history shows it; every state can still end.

use serde::{Deserialize, Serialize};

use crate::ports::{CastReply, CastVoteRejection};

/// Where the submission of one sealed ballot stands; it is stored with the session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Submission {
    /// How many sends were begun: counted when the session is saved for one, so that a crash
    /// after the save counts as a send whose reply was not seen.
    sends: u8,
    /// How many turns ended without knowing.
    holds: u8,
    /// Whether the reply to some send was not seen.
    unseen: bool,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum State {
    /// Sealed; to be saved before the next send.
    Sealed,
    /// Saved; the send may have begun.
    Sending,
    /// The history is asked; with a refusal if there was one.
    Asking(Option<CastVoteRejection>),
    /// The turn ended without knowing; the next one goes on.
    Holding(Option<CastVoteRejection>),
    /// Over.
    Done(Verdict),
}

/// What just happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A turn begins, or begins again after a crash.
    Resume,
    /// The session is saved.
    Saved,
    /// The platform said: recorded.
    Recorded,
    /// The platform refused.
    Refused(CastVoteRejection),
    /// The platform refused in a way that concerns the whole call.
    Misrouted(String),
    /// No reply of the platform was seen.
    NoReply,
    /// The history has our `ballot_id`.
    Found,
    /// The history does not have it; whether the limit allows another ballot.
    NotFound {
        /// By the ballots that the history shows.
        ballots_left: bool,
    },
    /// The history could not be asked.
    HistoryUnavailable,
}

impl Event {
    /// What the reply to a send is to the protocol.
    pub fn of(reply: &CastReply) -> Self {
        match reply {
            CastReply::Recorded => Self::Recorded,
            CastReply::Rejected(why) => Self::Refused(why.clone()),
            CastReply::Misrouted(code) => Self::Misrouted(code.clone()),
            CastReply::NoReply(_) => Self::NoReply,
        }
    }
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Save the session, then report [`Event::Saved`].
    Save,
    /// Send the sealed bytes.
    Send,
    /// Ask the history.
    AskHistory,
    /// End the turn: ask the voter to stay on the line. The next turn reports [`Event::Resume`].
    Hold,
    /// It is over.
    Announce(Verdict),
}

/// How a submission ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// Recorded; whether the history told.
    Recorded {
        /// The reply was not seen, or was a refusal; the history has the ballot.
        found_in_history: bool,
    },
    /// Refused, and the history does not have it.
    Rejected(CastVoteRejection),
    /// Refused for the whole call, and the history does not have it.
    Misrouted(String),
    /// Nobody knows.
    Unknown,
}

/// How often, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubmitLimits {
    /// Sends of one ballot.
    pub sends: u8,
    /// Turns that may end without knowing.
    pub holds: u8,
}

impl Default for SubmitLimits {
    fn default() -> Self {
        Self { sends: 3, holds: 4 }
    }
}

/// The code of a refusal that concerns the whole call, kept apart from the election's own.
const MISROUTED: &str = "misrouted:";

impl Submission {
    /// A ballot that was just sealed and never sent.
    pub fn sealed() -> Self {
        Self { sends: 0, holds: 0, unseen: false, state: State::Sealed }
    }

    /// How many sends were begun.
    pub fn sends(&self) -> u8 {
        self.sends
    }

    /// Whether the reply to some send was not seen.
    pub fn reply_unseen(&self) -> bool {
        self.unseen
    }

    /// How it ended, if it has.
    pub fn verdict(&self) -> Option<&Verdict> {
        match &self.state {
            State::Done(verdict) => Some(verdict),
            _ => None,
        }
    }

    /// Takes what happened, says what to do. An event that does not belong to the state asks for
    /// what the state was waiting for once more; nothing is lost by it.
    pub fn step(&mut self, event: Event, limits: SubmitLimits) -> Effect {
        let state = std::mem::replace(&mut self.state, State::Sealed);
        match (state, event) {
            (State::Done(verdict), _) => self.done(verdict),

            (State::Sealed, _) => self.save_for_send(),

            (State::Sending, Event::Saved) => self.then(State::Sending, Effect::Send),
            (State::Sending, Event::Recorded) => {
                self.done(Verdict::Recorded { found_in_history: false })
            }
            (State::Sending, Event::Refused(why)) => self.ask(Some(why)),
            (State::Sending, Event::Misrouted(code)) => {
                self.ask(Some(CastVoteRejection::Other(format!("{MISROUTED}{code}"))))
            }
            // Also a turn that begins here: the function died between the save and the reply.
            (State::Sending, _) => {
                self.unseen = true;
                self.ask(None)
            }

            (State::Asking(_) | State::Holding(_), Event::Found) => {
                self.done(Verdict::Recorded { found_in_history: true })
            }
            (State::Asking(why), Event::NotFound { ballots_left }) => {
                self.not_found(why, ballots_left, limits)
            }
            (State::Asking(why), Event::HistoryUnavailable) => self.hold(why, limits),
            // A turn that begins while asking: the function died before the answer.
            (State::Asking(why), _) => self.ask(why),

            (State::Holding(why), _) => self.ask(why),
        }
    }

    /// The history does not have it. What that means depends on whether every reply was seen.
    fn not_found(
        &mut self,
        why: Option<CastVoteRejection>,
        ballots_left: bool,
        limits: SubmitLimits,
    ) -> Effect {
        match why {
            // Every send was answered, the last one by this refusal: it is the truth.
            Some(why) if !self.unseen => self.done(refusal(why)),
            // A refusal after an unseen reply may speak of our own ballot: nobody knows (66).
            Some(_) => self.done(Verdict::Unknown),
            // The first look comes too soon after a send: it may still commit. Wait one turn.
            None if self.holds < self.sends => self.hold(None, limits),
            None if self.sends < limits.sends && ballots_left => self.save_for_send(),
            None => self.done(Verdict::Unknown),
        }
    }

    fn save_for_send(&mut self) -> Effect {
        self.sends = self.sends.saturating_add(1);
        self.then(State::Sending, Effect::Save)
    }

    fn ask(&mut self, why: Option<CastVoteRejection>) -> Effect {
        self.then(State::Asking(why), Effect::AskHistory)
    }

    fn hold(&mut self, why: Option<CastVoteRejection>, limits: SubmitLimits) -> Effect {
        if self.holds >= limits.holds {
            return self.done(Verdict::Unknown);
        }
        self.holds += 1;
        self.then(State::Holding(why), Effect::Hold)
    }

    fn done(&mut self, verdict: Verdict) -> Effect {
        self.then(State::Done(verdict.clone()), Effect::Announce(verdict))
    }

    fn then(&mut self, state: State, effect: Effect) -> Effect {
        self.state = state;
        effect
    }
}

fn refusal(why: CastVoteRejection) -> Verdict {
    match why {
        CastVoteRejection::Other(code) => match code.strip_prefix(MISROUTED) {
            Some(code) => Verdict::Misrouted(code.to_owned()),
            None => Verdict::Rejected(CastVoteRejection::Other(code)),
        },
        other => Verdict::Rejected(other),
    }
}

#[cfg(test)]
mod tests;
