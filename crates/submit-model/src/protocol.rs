//! [`Protocol`]: the protocol as it is, and as it must not be.

use ivr_core::ports::CastVoteRejection;
use ivr_core::submit::{Effect, Event, SubmitLimits};

use crate::properties::{
    NOT_RECORDED_IS_TRUE, ONE_BALLOT_ID, ONLY_RECORDED_OR_UNKNOWN, ROWS_OF_THAT_ID,
};
use crate::world::{Doing, Function, Reply, Said};

/// Which protocol is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Production's.
    Real,
    /// Seals anew before a resend.
    ReSealOnRetry,
    /// Sends before the session is saved.
    SendBeforeSave,
    /// Announces a refusal without asking the history.
    TrustTheRefusal,
    /// Announces "not recorded" when the history is empty after a lost reply.
    EmptyHistoryMeansNotRecorded,
    /// Takes a 5xx for a refusal.
    ServerErrorIsARefusal,
}

impl Protocol {
    /// The broken ones.
    pub const BROKEN: [Self; 5] = [
        Self::ReSealOnRetry,
        Self::SendBeforeSave,
        Self::TrustTheRefusal,
        Self::EmptyHistoryMeansNotRecorded,
        Self::ServerErrorIsARefusal,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Real => "the protocol",
            Self::ReSealOnRetry => "re-seal on retry",
            Self::SendBeforeSave => "send before save",
            Self::TrustTheRefusal => "trust the refusal",
            Self::EmptyHistoryMeansNotRecorded => "empty history means not recorded",
            Self::ServerErrorIsARefusal => "a 5xx is a refusal",
        }
    }

    /// What the checker must find of a broken one, the most telling first.
    pub fn breaks(self) -> &'static [&'static str] {
        match self {
            Self::Real => &[],
            Self::ReSealOnRetry => &[ONE_BALLOT_ID, ROWS_OF_THAT_ID],
            Self::SendBeforeSave => &[ONE_BALLOT_ID, ROWS_OF_THAT_ID, NOT_RECORDED_IS_TRUE],
            Self::TrustTheRefusal => &[NOT_RECORDED_IS_TRUE, ONLY_RECORDED_OR_UNKNOWN],
            Self::EmptyHistoryMeansNotRecorded | Self::ServerErrorIsARefusal => {
                &[ONLY_RECORDED_OR_UNKNOWN, NOT_RECORDED_IS_TRUE]
            }
        }
    }

    /// What a reply is to it; `event` is what it is to production.
    pub fn reads(self, reply: Reply, event: Event) -> Event {
        match (self, reply) {
            (Self::ServerErrorIsARefusal, Reply::Refused(status, code)) if status >= 500 => {
                Event::Refused(CastVoteRejection::Other(code.to_owned()))
            }
            _ => event,
        }
    }

    /// Production's step, and what a broken protocol makes of it. Whether another ballot is to be
    /// sealed first comes along.
    pub fn step(self, function: &mut Function, event: Event, limits: SubmitLimits) -> Step {
        let refused = matches!(event, Event::Refused(_) | Event::Misrouted(_));
        let absent = matches!(event, Event::NotFound { .. });
        let effect = function.submission.step(event, limits);
        let doing = match effect {
            Effect::Save => Doing::Save,
            Effect::Send => Doing::Send,
            Effect::AskHistory => Doing::Ask,
            Effect::Hold => Doing::Answer(Said::Hold),
            Effect::Announce(verdict) => Doing::Answer(Said::of(&verdict)),
        };
        let mut step = Step { doing, seal_first: false };
        match self {
            Self::Real => {}
            Self::ReSealOnRetry => {
                step.seal_first = doing == Doing::Save && function.submission.sends() > 1;
            }
            Self::SendBeforeSave if doing == Doing::Save => {
                return self.step(function, Event::Saved, limits);
            }
            Self::TrustTheRefusal if refused => step.doing = Doing::Answer(Said::NotRecorded),
            Self::EmptyHistoryMeansNotRecorded if absent => {
                step.doing = Doing::Answer(Said::NotRecorded);
            }
            Self::SendBeforeSave
            | Self::TrustTheRefusal
            | Self::EmptyHistoryMeansNotRecorded
            | Self::ServerErrorIsARefusal => {}
        }
        step
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub doing: Doing,
    /// Whether another ballot is sealed first.
    pub seal_first: bool,
}
