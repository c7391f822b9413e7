//! A path in words that can be read.

use stateright::Model as _;

use crate::action::Action;
use crate::harvest::Outcome;
use crate::model::SubmitModel;
use crate::world::{Ballot, Reply, Said, World};

/// Tells a path from its beginning, one line a step.
pub fn tell(model: &SubmitModel, actions: &[Action]) -> Vec<String> {
    let Some(mut world) = model.init_states().pop() else { return Vec::new() };
    let mut lines = vec!["The voter has pressed 00#.".to_owned()];
    for action in actions {
        let Some(next) = model.next_state(&world, *action) else { break };
        lines.push(step(model, &world, *action, &next));
        world = next;
    }
    lines
}

fn step(model: &SubmitModel, before: &World, action: Action, after: &World) -> String {
    let mut line = sentence(model, before, action, after);
    if after.recorded.len() > before.recorded.len() {
        line.push_str(&format!(" Rows: {}.", rows(after)));
    }
    match (before.heard, after.heard) {
        (None, Some(heard)) => {
            line.push_str(&format!(" The voter hears: {}.", heard_as(heard.said)));
        }
        _ if after.turn > before.turn => {
            line.push_str(&format!(" The voter hears: {}.", heard_as(Said::Hold)));
        }
        _ => {}
    }
    line
}

fn sentence(model: &SubmitModel, before: &World, action: Action, after: &World) -> String {
    let ballot_of = |slot: usize| {
        let function = before.functions[slot].as_ref();
        function.map_or_else(String::new, |function| named(function.ballot))
    };
    let request = |at: usize| named(before.requests[at].ballot);
    match action {
        Action::Begin | Action::Duplicate { .. } => begun(before, action, after),
        Action::Save(slot) if after.row.version > before.row.version => {
            format!("{} saves the session with {}.", name(slot), ballot_of(slot))
        }
        Action::Save(slot) => {
            format!("{} cannot save: another function was first. It loads again.", name(slot))
        }
        Action::StoreFails(slot) => format!("{}: the session store fails.", name(slot)),
        Action::Send(slot) if after.requests.len() > before.requests.len() => {
            format!("{} sends {}.", name(slot), ballot_of(slot))
        }
        Action::Send(slot) => {
            format!("{} sends {}; its token is refused at the door.", name(slot), ballot_of(slot))
        }
        Action::RequestLost(at) => format!("The request with {} gets lost.", request(at)),
        Action::Try(at, outcome) => {
            format!("Harvest tries {}: {}", request(at), tried(model, before, at, outcome))
        }
        Action::Decided { of, committed: true } => {
            format!("The database commits {}, late.", named(of.ballot(before)))
        }
        Action::Decided { of, committed: false } => {
            format!("The database rolls {} back.", named(of.ballot(before)))
        }
        Action::Reply(slot) => {
            let reply = before.request_of(slot).and_then(|at| before.requests[at].reply);
            format!("{} gets the reply: {}.", name(slot), replied(reply))
        }
        Action::NoReply(slot) => format!("{} sees no reply by its deadline.", name(slot)),
        Action::Ask(slot) => {
            let function = before.functions[slot].as_ref();
            let found = function.is_some_and(|f| before.recorded.contains(&f.ballot));
            let answer = if found { "has it" } else { "does not have it" };
            format!("{} asks the history for {}: it {answer}.", name(slot), ballot_of(slot))
        }
        Action::AskFails(slot) => format!("{} asks the history: no answer.", name(slot)),
        Action::Answer(slot) if after.row.version > before.row.version => {
            format!("{} stores the session and answers.", name(slot))
        }
        Action::Answer(slot) => {
            format!("{} cannot store its answer: another function was first.", name(slot))
        }
        Action::AnswerLost(slot) => {
            format!("{} stores the session and dies before its answer is heard.", name(slot))
        }
        Action::Crash(slot) => format!("{} dies.", name(slot)),
        Action::TokenExpires => "The access token expires.".into(),
        Action::ChannelCloses => "The channel closes.".into(),
        Action::VoteElsewhere => "The voter casts a ballot on another channel.".into(),
    }
}

fn begun(before: &World, action: Action, after: &World) -> String {
    let token = match action {
        Action::Duplicate { token } => token,
        _ => before.turn,
    };
    let again = if matches!(action, Action::Duplicate { .. }) { " once more" } else { "" };
    let slot = before.functions.iter().position(Option::is_none).unwrap_or_default();
    let does = match &after.functions[slot] {
        None => format!("{} answers what was answered before", name(slot)),
        Some(function) if after.sealed > before.sealed => {
            format!("{} seals {}", name(slot), named(function.ballot))
        }
        Some(function) => {
            format!("{} loads the session with {}", name(slot), named(function.ballot))
        }
    };
    format!("Connect runs turn {}{again}: {does}.", token + 1)
}

fn tried(model: &SubmitModel, before: &World, at: usize, outcome: Outcome) -> String {
    let mut is_tried_again = before.requests[at].tries > 1;
    let what = match outcome {
        Outcome::Checked => match model.rules.refusal(before, at, model.platform) {
            None => return "recorded, 200.".into(),
            Some((reply, retried)) => {
                is_tried_again &= retried;
                match reply {
                    Reply::Refused(_, "DuplicateVote") => "this ballot is there already",
                    Reply::Refused(_, "CheckStatusFailed") => "the channel is closed",
                    _ => "the voter has no ballot left",
                }
            }
        },
        Outcome::ErrorBefore => "an error before the insert",
        Outcome::Outage(_) => {
            is_tried_again = false;
            "an outage, every try that is left fails before the insert"
        }
        Outcome::ErrorAfterCommit(_) => "committed, then an error",
        Outcome::CommitUnknown => "it asks for the commit and loses the database",
    };
    let then = if is_tried_again { "it will try again" } else { "it answers" };
    format!("{what}; {then}.")
}

fn replied(reply: Option<Reply>) -> String {
    match reply {
        Some(Reply::Recorded) => "recorded".into(),
        Some(Reply::Refused(status, code)) => format!("{status} {code}"),
        None => "none".into(),
    }
}

fn rows(world: &World) -> String {
    let names: Vec<String> = world.recorded.iter().map(|ballot| named(*ballot)).collect();
    names.join(", ")
}

fn name(slot: usize) -> String {
    format!("function {}", ["A", "B", "C", "D"].get(slot).copied().unwrap_or("E"))
}

fn named(ballot: Ballot) -> String {
    format!("ballot_id {}", ballot.0)
}

fn heard_as(said: Said) -> &'static str {
    match said {
        Said::Hold => "stay on the line",
        Said::Recorded => "recorded",
        Said::NotRecorded => "not recorded",
        Said::Unknown => "it is unknown, call again",
        Said::SystemError => "system error",
    }
}
