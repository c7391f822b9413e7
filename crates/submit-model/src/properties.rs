//! What must hold in every state, and what must be possible at all.

use stateright::Property;

use crate::harvest::Platform;
use crate::model::SubmitModel;
use crate::world::{Said, World};

/// (a)
pub const ONE_BALLOT_ID: &str = "(a) one ballot_id per session and election";
/// (b)
pub const ROWS_OF_THAT_ID: &str = "(b) rows of that ballot_id only";
/// (b), where a ballot is unique.
pub const ONE_ROW: &str = "(b) at most one row";
/// (c)
pub const ONLY_RECORDED_OR_UNKNOWN: &str =
    "(c) after an unseen reply only \"recorded\" and \"unknown\" are announced";
/// (d)
pub const RECORDED_IS_TRUE: &str = "(d) \"recorded\" implies a row";
/// (e), checked by [`crate::ends`].
pub const EVERY_STATE_CAN_END: &str = "(e) every state can still end, with a final prompt";
/// (f)
pub const NOT_RECORDED_IS_TRUE: &str = "(f) \"not recorded\" implies no row, then and later";
/// (g), with the lock on the voter.
pub const THE_LIMIT_HOLDS: &str = "(g) no more ballots than the limit";

/// What must be possible, or the rest would say nothing.
pub const POSSIBLE: [&str; 5] = [
    "recorded by the reply",
    "recorded by the history, after an unseen reply",
    "refused",
    "unknown, and recorded after all",
    "unknown, and never recorded",
];

/// What must be possible where a ballot is not unique (DECISIONS 67).
pub const TWO_ROWS: &str = "two rows of one ballot_id";
/// What must be possible without the lock.
pub const OVER_THE_LIMIT: &str = "more ballots than the limit";

/// The properties of a model.
pub fn of(model: &SubmitModel) -> Vec<Property<SubmitModel>> {
    let mut all = vec![
        Property::always(ONE_BALLOT_ID, |_, world: &World| world.used.len() <= 1),
        Property::always(ROWS_OF_THAT_ID, |_, world: &World| {
            world.recorded.iter().all(|ballot| Some(*ballot) == world.row.ballot)
        }),
        Property::always(ONLY_RECORDED_OR_UNKNOWN, |_, world: &World| {
            world.heard.is_none_or(|heard| !heard.unseen || heard.said != Said::NotRecorded)
        }),
        Property::always(RECORDED_IS_TRUE, |_, world: &World| {
            world.heard.is_none_or(|heard| heard.said != Said::Recorded || heard.recorded)
        }),
        Property::always(NOT_RECORDED_IS_TRUE, |_, world: &World| {
            !said(world, Said::NotRecorded) || world.recorded.is_empty()
        }),
        Property::sometimes(POSSIBLE[0], |_, world: &World| {
            world.heard.is_some_and(|heard| heard.said == Said::Recorded && !heard.unseen)
        }),
        Property::sometimes(POSSIBLE[1], |_, world: &World| {
            world.heard.is_some_and(|heard| heard.said == Said::Recorded && heard.unseen)
        }),
        Property::sometimes(POSSIBLE[2], |_, world: &World| said(world, Said::NotRecorded)),
        Property::sometimes(POSSIBLE[3], |_, world: &World| {
            said(world, Said::Unknown) && !world.recorded.is_empty()
        }),
        Property::sometimes(POSSIBLE[4], |_, world: &World| {
            said(world, Said::Unknown)
                && world.recorded.is_empty()
                && world.requests.is_empty()
                && world.undecided.is_empty()
                && world.functions.iter().all(Option::is_none)
        }),
    ];
    let allowed = model.rules.allowed;
    let Platform { ballot_once, voter_lock, .. } = model.platform;
    if ballot_once {
        all.push(Property::always(ONE_ROW, |_, world: &World| world.recorded.len() <= 1));
    } else if !voter_lock || allowed.left_after(1) {
        all.push(Property::sometimes(TWO_ROWS, |_, world: &World| {
            world.recorded.first().is_some_and(|one| world.recorded[1..].contains(one))
        }));
    }
    if voter_lock {
        all.push(Property::always(THE_LIMIT_HOLDS, |model: &SubmitModel, world: &World| {
            !over_the_limit(model, world)
        }));
    } else if !allowed.left_after(u32::from(model.bounds.faults).saturating_sub(1)) {
        // As many votes elsewhere as are allowed, while one commit is undecided.
        all.push(Property::sometimes(OVER_THE_LIMIT, over_the_limit));
    }
    all
}

fn said(world: &World, said: Said) -> bool {
    world.heard.is_some_and(|heard| heard.said == said)
}

fn over_the_limit(model: &SubmitModel, world: &World) -> bool {
    world.cast() > 0 && !model.rules.allowed.left_after(world.cast() - 1)
}
