//! What the platform does with a request: its checks, its tries, its commits (facts 4.3-4.5, 4.7).

use ivr_core::ports::{Backend, classify_refusal};
use ivr_core::publication::AllowedBallots;
use ivr_core::submit::Event;

use crate::function::Rules;
use crate::world::{Reply, World};

/// What kind of platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform {
    /// With our patches: a `ballot_id` is unique per election, and a lock on the voter is held
    /// from the count to the commit (DECISIONS 67).
    pub patched: bool,
    /// Whether Harvest may answer a refusal while the commit of an earlier try of the same
    /// request is still undecided. A commit whose outcome Harvest did not learn is decided by the
    /// database in far less than the three seconds of the tries, so normally it may not.
    pub overtaking: bool,
}

/// What becomes of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The checks decide: recorded, or refused.
    Checked,
    /// An error before anything was written.
    ErrorBefore,
    /// Committed, then an error.
    ErrorAfterCommit,
    /// The commit was asked for; its outcome was not learnt.
    CommitUnknown,
}

/// Why a request cannot be recorded, as on the wire, and whether Harvest tries again.
fn refusal(
    world: &World,
    at: usize,
    platform: Platform,
    allowed: AllowedBallots,
) -> Option<(Reply, bool)> {
    if !world.open {
        Some((Reply::Refused(401, "CheckStatusFailed"), true))
    } else if !allowed.left_after(world.cast()) {
        Some((Reply::Refused(400, "CheckRevotesFailed"), true))
    } else if platform.patched && world.recorded.contains(&world.requests[at].ballot) {
        Some((Reply::Refused(400, "DuplicateVote"), false))
    } else {
        None
    }
}

impl Rules {
    /// Which outcomes a try can have now; none while it waits for somebody else's lock.
    pub fn outcomes(&self, world: &World, at: usize, platform: Platform) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        match refusal(world, at, platform, self.allowed) {
            Some(_) => {
                if platform.overtaking || !world.undecided.contains(&world.requests[at].ballot) {
                    outcomes.push(Outcome::Checked);
                }
            }
            None if platform.patched && !world.undecided.is_empty() => {}
            None => {
                outcomes.push(Outcome::Checked);
                if world.faults > 0 {
                    outcomes.extend([Outcome::ErrorAfterCommit, Outcome::CommitUnknown]);
                }
            }
        }
        if world.faults > 0 {
            outcomes.push(Outcome::ErrorBefore);
        }
        outcomes
    }

    /// Plays one try.
    pub fn try_once(&self, world: &mut World, at: usize, outcome: Outcome, platform: Platform) {
        const BROKEN: Reply = Reply::Refused(500, "InternalServerError");
        let refused = refusal(world, at, platform, self.allowed);
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
            Outcome::ErrorBefore => {
                world.faults -= 1;
                (BROKEN, true)
            }
            Outcome::ErrorAfterCommit => {
                world.faults -= 1;
                world.recorded.push(request.ballot);
                (BROKEN, true)
            }
            Outcome::CommitUnknown => {
                world.faults -= 1;
                world.undecided.push(request.ballot);
                (BROKEN, true)
            }
        };
        if !retried || request.tries == 0 {
            request.reply = Some(reply);
        }
    }

    /// What a reply is to the protocol: production's own reading of it.
    pub fn read(&self, reply: Reply) -> Event {
        match reply {
            Reply::Recorded => Event::Recorded,
            Reply::Refused(status, code) => {
                let code = (!code.is_empty()).then_some(code);
                Event::of(&classify_refusal(Backend::Harvest, status, code, self.allowed))
            }
        }
    }
}
