//! What the platform does with a request: its checks, its tries, its commits (facts 4.3-4.5, 4.7).

use ivr_core::ports::{Backend, CastReply, classify_refusal};
use ivr_core::submit::Event;

use crate::function::Rules;
use crate::world::{Reply, World};

/// What kind of platform. The patches are named as those of `harvest-patches` (DECISIONS 67).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform {
    /// A `ballot_id` is unique per election: a known one is refused before anything else is
    /// judged, and its insertion waits until an earlier one of the same ballot is decided.
    pub ballot_once: bool,
    /// A lock on the voter is held from before status and limit are looked at until the commit is
    /// decided (ADR 0077): until then every other try of the voter waits.
    pub voter_lock: bool,
    /// What may overtake a commit.
    pub overtaking: Overtaking,
}

/// What Harvest may say, apart from a 5xx, while the commit of an earlier try of the same request
/// is undecided. A commit whose outcome Harvest did not learn is decided by the database in far
/// less than the three seconds of the tries, so normally it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overtaking {
    /// Nothing.
    Nothing,
    /// A refusal by its rules; the lock on the voter makes it wait nevertheless.
    Refusal,
    /// An error that is a 4xx on the wire. No lock prevents it: also the question for the lock
    /// itself can fail.
    FailedQuery,
}

impl Platform {
    /// As it is.
    pub const AS_IT_IS: Self =
        Self { ballot_once: false, voter_lock: false, overtaking: Overtaking::Nothing };
    /// Ballots are unique, and nothing else.
    pub const BALLOT_ONCE: Self = Self { ballot_once: true, ..Self::AS_IT_IS };
    /// The lock, and nothing else.
    pub const VOTER_LOCK: Self =
        Self { voter_lock: true, overtaking: Overtaking::Refusal, ..Self::AS_IT_IS };
    /// Both.
    pub const PATCHED: Self = Self { ballot_once: true, ..Self::VOTER_LOCK };
    /// All of them.
    pub const ALL: [Self; 4] = [Self::PATCHED, Self::BALLOT_ONCE, Self::VOTER_LOCK, Self::AS_IT_IS];

    /// The same, with something that may overtake.
    #[must_use]
    pub fn with(self, overtaking: Overtaking) -> Self {
        Self { overtaking, ..self }
    }
}

/// What becomes of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The checks decide: recorded, or refused.
    Checked,
    /// An error before anything was written, and another try follows.
    ErrorBefore,
    /// An outage: this try and all that are left fail before anything was written.
    Outage(Failure),
    /// Committed, then an error.
    ErrorAfterCommit(Failure),
    /// The commit was asked for; its outcome was not learnt.
    CommitUnknown,
}

/// How an error is said if no try is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// A 5xx.
    Server,
    /// A 4xx, as `CheckPreviousVotesFailed`, `AreaNotFound` and other failed queries are. Which of
    /// these codes it is makes no difference to the protocol.
    Named,
}

impl Failure {
    fn before(self) -> Reply {
        match self {
            Self::Server => Reply::BROKEN,
            Self::Named => Reply::Refused(400, "CheckPreviousVotesFailed"),
        }
    }

    fn after_commit(self) -> Reply {
        match self {
            Self::Server => Reply::BROKEN,
            Self::Named => Reply::Refused(401, "GetClientCredentialsFailed"),
        }
    }
}

impl Rules {
    /// Why a request cannot be recorded, as on the wire, and whether Harvest tries again.
    pub fn refusal(&self, world: &World, at: usize, platform: Platform) -> Option<(Reply, bool)> {
        if platform.ballot_once && world.recorded.contains(&world.requests[at].ballot) {
            Some((Reply::Refused(400, "DuplicateVote"), false))
        } else if !world.open {
            Some((Reply::Refused(401, "CheckStatusFailed"), true))
        } else if !self.allowed.left_after(world.cast()) {
            Some((Reply::Refused(400, "CheckRevotesFailed"), true))
        } else {
            None
        }
    }

    /// Which outcomes a try can have now; only errors while it waits for a lock.
    pub fn outcomes(&self, world: &World, at: usize, platform: Platform) -> Vec<Outcome> {
        let request = &world.requests[at];
        let own = request.undecided > 0;
        let is_last = request.tries == 1;
        let can_fail = world.faults > 0;
        let mut outcomes = Vec::new();
        if self.refusal(world, at, platform).is_some() {
            let waits = platform.voter_lock && world.has_undecided();
            let early = platform.overtaking == Overtaking::Refusal;
            outcomes.extend((!waits && (early || !own)).then_some(Outcome::Checked));
        } else if !platform.insertion_waits(world, at) {
            outcomes.push(Outcome::Checked);
            if can_fail {
                outcomes.push(Outcome::CommitUnknown);
                outcomes.push(Outcome::ErrorAfterCommit(Failure::Server));
                outcomes.extend(is_last.then_some(Outcome::ErrorAfterCommit(Failure::Named)));
            }
        }
        if can_fail {
            outcomes.extend((!is_last).then_some(Outcome::ErrorBefore));
            outcomes.push(Outcome::Outage(Failure::Server));
            let early = platform.overtaking == Overtaking::FailedQuery;
            outcomes.extend((early || !own).then_some(Outcome::Outage(Failure::Named)));
        }
        outcomes
    }

    /// Plays one try.
    pub fn try_once(&self, world: &mut World, at: usize, outcome: Outcome, platform: Platform) {
        let refused = self.refusal(world, at, platform);
        world.faults -= u8::from(outcome != Outcome::Checked);
        let request = &mut world.requests[at];
        request.tries -= 1;
        let (reply, retried) = match outcome {
            Outcome::Checked => match refused {
                Some(refused) => refused,
                None => {
                    world.recorded.push(request.ballot);
                    (Reply::Recorded, false)
                }
            },
            Outcome::ErrorBefore => (Reply::BROKEN, true),
            Outcome::Outage(failure) => (failure.before(), false),
            Outcome::ErrorAfterCommit(failure) => {
                world.recorded.push(request.ballot);
                (failure.after_commit(), true)
            }
            Outcome::CommitUnknown => {
                request.undecided += 1;
                (Reply::BROKEN, true)
            }
        };
        if !retried || request.tries == 0 {
            request.tries = 0;
            request.reply = Some(reply);
            let undecided = std::mem::take(&mut request.undecided);
            let ballot = request.ballot;
            world.undecided.extend((0..undecided).map(|_| ballot));
        }
    }

    /// What a reply is to the protocol: production's own reading of it.
    pub fn read(&self, reply: Reply) -> Event {
        match reply {
            Reply::Recorded => Event::Recorded,
            Reply::Refused(status, code) => Event::of(&self.classify(status, code)),
        }
    }

    fn classify(&self, status: u16, code: &str) -> CastReply {
        let code = (!code.is_empty()).then_some(code);
        classify_refusal(Backend::Harvest, status, code, self.allowed)
    }
}

impl Platform {
    /// Whether an insertion waits for a commit: of the same voter, or of the same ballot.
    fn insertion_waits(self, world: &World, at: usize) -> bool {
        (self.voter_lock && world.has_undecided())
            || (self.ballot_once && world.is_undecided(world.requests[at].ballot))
    }
}

#[cfg(test)]
mod tests;
