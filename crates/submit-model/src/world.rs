//! [`World`]: everything that matters to one ballot of one session, at one moment.

use ivr_core::submit::{Submission, Verdict};

/// A sealed ballot, by the order of sealing: each sealing makes a `ballot_id` of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ballot(pub u8);

/// What the voter hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Said {
    /// Stay on the line; the call goes on.
    Hold,
    /// The ballot is recorded.
    Recorded,
    /// It is not: refused, for this election or for the whole call.
    NotRecorded,
    /// Nobody knows; calling again will tell.
    Unknown,
    /// The call cannot go on.
    SystemError,
}

impl Said {
    /// How a verdict is told.
    pub fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Recorded { .. } => Self::Recorded,
            Verdict::Rejected(_) | Verdict::Misrouted(_) => Self::NotRecorded,
            Verdict::Unknown => Self::Unknown,
        }
    }

    /// Whether nothing more is said about this ballot.
    pub fn is_final(self) -> bool {
        self != Self::Hold
    }
}

/// The stored session.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    /// Every write is conditional on it.
    pub version: u8,
    /// The turn token (DECISIONS 10).
    pub turn: u8,
    /// The sealed ballot.
    pub ballot: Option<Ballot>,
    /// Where its submission stands.
    pub submission: Option<Submission>,
    /// The last answer.
    pub said: Option<Said>,
}

/// One running function.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Function {
    /// The turn token of its event.
    pub token: u8,
    /// The version that it loaded or wrote last.
    pub version: u8,
    /// The turn that it loaded.
    pub turn: u8,
    /// Its ballot.
    pub ballot: Ballot,
    /// Its copy of the submission.
    pub submission: Submission,
    /// What it is about to do, or waits for.
    pub doing: Doing,
    /// Whether it lost a race before: another one is its last.
    pub last_try: bool,
    /// Whether it sent something whose outcome is not stored yet.
    pub sent: bool,
}

/// What a function is about to do, or waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doing {
    /// Save the session, to send afterwards.
    Save,
    /// Send.
    Send,
    /// Wait for the reply.
    Await,
    /// Ask the history.
    Ask,
    /// Store the session and answer.
    Answer(Said),
}

/// A cast on its way to Harvest or inside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request {
    /// What it carries.
    pub ballot: Ballot,
    /// Which function waits for it; none any more.
    pub waiting: Option<usize>,
    /// Tries that Harvest has left.
    pub tries: u8,
    /// Commits of its tries that are not decided, while it has no reply.
    pub undecided: u8,
    /// What Harvest answered.
    pub reply: Option<Reply>,
}

/// What Harvest answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reply {
    /// 200.
    Recorded,
    /// A refusal as it is on the wire.
    Refused(u16, &'static str),
}

impl Reply {
    /// What most errors are on the wire.
    pub const BROKEN: Self = Self::Refused(500, "InternalServerError");
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    /// The stored session.
    pub row: Row,
    /// Running functions, by slot.
    pub functions: Vec<Option<Function>>,
    /// Casts on their way.
    pub requests: Vec<Request>,
    /// Commits that were asked for and are not decided, of requests that Harvest answered.
    pub undecided: Vec<Ballot>,
    /// Recorded ballots of this session.
    pub recorded: Vec<Ballot>,
    /// Ballots that the voter cast elsewhere.
    pub elsewhere: u8,
    /// Whether the channel is open.
    pub open: bool,
    /// Whether the access token is still accepted.
    pub token: bool,
    /// The turn that Connect waits for.
    pub turn: u8,
    /// The last thing heard, if it was final.
    pub heard: Option<Heard>,
    /// Things that may still go wrong.
    pub faults: u8,
    /// How many ballots were sealed.
    pub sealed: u8,
    /// Which of them were stored or sent.
    pub used: Vec<Ballot>,
    /// Whether some send's reply was not seen by whoever stored the session.
    pub unseen: bool,
}

/// A final announcement, and what was true when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Heard {
    /// What was said.
    pub said: Said,
    /// Whether some send's reply had not been seen.
    pub unseen: bool,
    /// Whether the ballot was recorded.
    pub recorded: bool,
}

impl World {
    /// The voter has pressed `00#`; nothing is sealed.
    pub fn new(functions: usize, faults: u8) -> Self {
        Self {
            row: Row { version: 1, turn: 0, ballot: None, submission: None, said: None },
            functions: vec![None; functions],
            requests: Vec::new(),
            undecided: Vec::new(),
            recorded: Vec::new(),
            elsewhere: 0,
            open: true,
            token: true,
            turn: 0,
            heard: None,
            faults,
            sealed: 0,
            used: Vec::new(),
            unseen: false,
        }
    }

    /// How many ballots of the voter the platform shows.
    pub fn cast(&self) -> u32 {
        u32::from(self.elsewhere) + u32::try_from(self.recorded.len()).unwrap_or(u32::MAX)
    }

    /// Whether some commit of the voter is not decided.
    pub fn has_undecided(&self) -> bool {
        !self.undecided.is_empty() || self.requests.iter().any(|request| request.undecided > 0)
    }

    /// Whether some commit of this ballot is not decided.
    pub fn is_undecided(&self, ballot: Ballot) -> bool {
        let of_it = |request: &Request| request.ballot == ballot && request.undecided > 0;
        self.undecided.contains(&ballot) || self.requests.iter().any(of_it)
    }

    /// The request that a function waits for.
    pub fn request_of(&self, slot: usize) -> Option<usize> {
        self.requests.iter().position(|request| request.waiting == Some(slot))
    }

    /// Takes note that a ballot was stored or sent.
    pub fn use_ballot(&mut self, ballot: Ballot) {
        if let Err(at) = self.used.binary_search(&ballot) {
            self.used.insert(at, ballot);
        }
    }

    /// The same state, however it came about: the order of what is on its way tells nothing, and a
    /// reply that nobody waits for is no more.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.requests.retain(|request| request.waiting.is_some() || request.reply.is_none());
        self.requests.sort_unstable();
        self.undecided.sort_unstable();
        self.recorded.sort_unstable();
        self
    }
}
