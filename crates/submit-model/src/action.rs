//! [`Action`]: what can happen.

use crate::harvest::Outcome;
use crate::world::{Ballot, World};

/// What happens. Numbers are slots of functions and places of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Connect runs the turn that it waits for: at first, or again after a crash.
    Begin,
    /// Connect runs a turn once more, although it runs or was answered.
    Duplicate {
        /// The token of its event.
        token: u8,
    },
    /// The save before a send.
    Save(usize),
    /// The session store fails.
    StoreFails(usize),
    /// The cast leaves.
    Send(usize),
    /// It never arrives.
    RequestLost(usize),
    /// Harvest plays one try of a request.
    Try(usize, Outcome),
    /// A commit whose outcome was not learnt is decided.
    Decided {
        /// Whose.
        of: Commit,
        /// Whether the ballot is recorded.
        committed: bool,
    },
    /// The reply arrives.
    Reply(usize),
    /// No reply arrives by the deadline.
    NoReply(usize),
    /// The history answers.
    Ask(usize),
    /// It does not.
    AskFails(usize),
    /// The session is stored and the answer heard.
    Answer(usize),
    /// The session is stored; the function dies before its answer is heard.
    AnswerLost(usize),
    /// The function dies.
    Crash(usize),
    /// The access token expires.
    TokenExpires,
    /// The channel closes.
    ChannelCloses,
    /// The voter casts a ballot elsewhere.
    VoteElsewhere,
}

/// An undecided commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// Of a request that Harvest still tries.
    Tried(usize),
    /// Of one that it answered.
    Answered(usize),
}

impl Commit {
    /// The ballot of it.
    pub fn ballot(self, world: &World) -> Ballot {
        match self {
            Self::Tried(at) => world.requests[at].ballot,
            Self::Answered(at) => world.undecided[at],
        }
    }

    /// Takes it off the world.
    pub fn decided(self, world: &mut World) -> Ballot {
        let ballot = self.ballot(world);
        match self {
            Self::Tried(at) => world.requests[at].undecided -= 1,
            Self::Answered(at) => drop(world.undecided.remove(at)),
        }
        ballot
    }
}
