//! One invocation: load, step, save, send, ask, answer, as `ivr_core::turn` and
//! `ivr_core::phases::ballot_loop::election_submit` do it.

use ivr_core::publication::AllowedBallots;
use ivr_core::submit::{Event, Submission, SubmitLimits};

use crate::protocol::Protocol;
use crate::world::{Ballot, Doing, Function, Heard, Reply, Request, Said, World};

/// What the functions of a model have in common.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Which protocol.
    pub protocol: Protocol,
    /// Its limits.
    pub limits: SubmitLimits,
    /// The election's.
    pub allowed: AllowedBallots,
    /// How often Harvest tries one request.
    pub tries: u8,
}

impl Rules {
    /// Connect runs a turn: its event carries the token of the last answer heard.
    pub fn begin(&self, world: &mut World, slot: usize, token: u8) {
        let row = &world.row;
        let ended = row.said.is_some_and(Said::is_final);
        if ended || token < row.turn {
            // Answered before: the stored answer. An older event is a no-op.
            if let Some(said) = row.said.filter(|_| token + 1 == row.turn) {
                deliver(world, token, said);
            }
            return;
        }
        self.load(world, slot, token, false);
    }

    /// Loads the session and goes on where it stands: sealing at first, else the stored ballot.
    fn load(&self, world: &mut World, slot: usize, token: u8, last_try: bool) {
        let row = world.row.clone();
        let ballot = row.ballot.unwrap_or_else(|| seal(world));
        world.functions[slot] = Some(Function {
            token,
            version: row.version,
            turn: row.turn,
            ballot,
            submission: row.submission.unwrap_or_else(Submission::sealed),
            doing: Doing::Await,
            last_try,
            sent: false,
        });
        self.report(world, slot, Event::Resume);
    }

    /// Reports an event to the protocol and takes its orders.
    pub fn report(&self, world: &mut World, slot: usize, event: Event) {
        let Some(mut function) = world.functions[slot].take() else { return };
        let step = self.protocol.step(&mut function, event, self.limits);
        if step.seal_first {
            function.ballot = seal(world);
        }
        function.doing = step.doing;
        world.functions[slot] = Some(function);
    }

    /// The save before a send. False when another function wrote first.
    pub fn save(&self, world: &mut World, slot: usize) {
        if self.write(world, slot, None) {
            self.report(world, slot, Event::Saved);
        }
    }

    /// Stores the session with an answer, which is heard unless it gets lost.
    pub fn answer(&self, world: &mut World, slot: usize, is_heard: bool) {
        let Some((token, said)) = world.functions[slot].as_ref().and_then(answering) else {
            return;
        };
        if self.write(world, slot, Some(said)) {
            world.functions[slot] = None;
            if is_heard {
                deliver(world, token, said);
            }
        }
    }

    /// A conditional write; who loses reloads and decides (`turn::handle::lost_race`).
    fn write(&self, world: &mut World, slot: usize, said: Option<Said>) -> bool {
        let Some(function) = &mut world.functions[slot] else { return false };
        if function.version != world.row.version {
            self.lost_race(world, slot);
            return false;
        }
        function.version += 1;
        let row = &mut world.row;
        row.version += 1;
        row.ballot = Some(function.ballot);
        row.submission = Some(function.submission.clone());
        if said.is_some() {
            row.said = said;
            row.turn = function.turn + 1;
        }
        let ballot = function.ballot;
        world.use_ballot(ballot);
        true
    }

    fn lost_race(&self, world: &mut World, slot: usize) {
        let Some(function) = world.functions[slot].take() else { return };
        world.unseen |= function.sent;
        let (row, token) = (&world.row, function.token);
        if row.turn == function.turn + 1 {
            if let Some(said) = row.said {
                deliver(world, token, said);
            }
        } else if row.turn > function.turn {
            // A no-op.
        } else if function.last_try {
            deliver(world, token, Said::SystemError);
        } else {
            self.load(world, slot, token, true);
        }
    }

    /// The session cannot be stored: nothing is sent, and the call ends. What ends it anyway is
    /// said as it was.
    pub fn cannot_store(&self, world: &mut World, slot: usize) {
        let Some(function) = world.functions[slot].take() else { return };
        world.unseen |= function.sent;
        let said = match function.doing {
            Doing::Answer(Said::Unknown) => Said::Unknown,
            _ => Said::SystemError,
        };
        deliver(world, function.token, said);
    }

    /// Sends. A token that has expired is refused at the door, before anything else.
    pub fn send(&self, world: &mut World, slot: usize) {
        let Some(function) = &mut world.functions[slot] else { return };
        if !world.token {
            let refused = self.read(Reply::Refused(401, ""));
            self.report(world, slot, refused);
            return;
        }
        function.doing = Doing::Await;
        function.sent = true;
        let ballot = function.ballot;
        world.use_ballot(ballot);
        world.requests.push(Request {
            ballot,
            waiting: Some(slot),
            tries: self.tries,
            undecided: 0,
            reply: None,
        });
    }

    /// The reply arrives. Whether it says anything is production's to read, whatever the protocol
    /// makes of it: a 5xx is a reply that was not seen (ADR 0064).
    pub fn reply(&self, world: &mut World, slot: usize, reply: Reply) {
        let event = self.read(reply);
        world.unseen |= event == Event::NoReply;
        self.report(world, slot, self.protocol.reads(reply, event));
    }

    /// The deadline passes without a reply; the request goes its own way.
    pub fn no_reply(&self, world: &mut World, slot: usize) {
        if let Some(at) = world.request_of(slot) {
            world.requests[at].waiting = None;
        }
        world.unseen = true;
        self.report(world, slot, Event::NoReply);
    }

    /// Reads the history. A token that has expired is refreshed first.
    pub fn ask(&self, world: &mut World, slot: usize) {
        let Some(function) = &world.functions[slot] else { return };
        world.token = true;
        let event = if world.recorded.contains(&function.ballot) {
            Event::Found
        } else {
            Event::NotFound { ballots_left: self.allowed.left_after(world.cast()) }
        };
        self.report(world, slot, event);
    }

    /// The function dies.
    pub fn crash(&self, world: &mut World, slot: usize) {
        if let Some(function) = world.functions[slot].take() {
            world.unseen |= function.sent;
        }
        if let Some(at) = world.request_of(slot) {
            world.requests[at].waiting = None;
        }
    }
}

fn answering(function: &Function) -> Option<(u8, Said)> {
    match function.doing {
        Doing::Answer(said) => Some((function.token, said)),
        Doing::Save | Doing::Send | Doing::Await | Doing::Ask => None,
    }
}

fn seal(world: &mut World) -> Ballot {
    world.sealed += 1;
    Ballot(world.sealed)
}

/// Connect takes the first answer to the turn that it waits for.
fn deliver(world: &mut World, token: u8, said: Said) {
    if world.heard.is_some() || token != world.turn {
        return;
    }
    if !said.is_final() {
        world.turn += 1;
        return;
    }
    let waits = |function: &Function| function.sent && function.doing == Doing::Await;
    let unseen = world.unseen || world.functions.iter().flatten().any(waits);
    let recorded = !world.recorded.is_empty();
    world.heard = Some(Heard { said, unseen, recorded });
}
