//! The calls that the command shows and the suite holds.

use anyhow::ensure;

use crate::ballot_box::{self, Opened};
use crate::phone::{Call, Plan, call};
use crate::town::{Door, Town, Voter};

/// Calls in one town, and what was in its box afterwards.
pub struct Played {
    /// A word about each call, and the call.
    pub calls: Vec<(&'static str, Call)>,
    /// The box.
    pub opened: Opened,
}

fn played(town: &Town, calls: Vec<(&'static str, Call)>) -> anyhow::Result<Played> {
    let opened =
        ballot_box::compare(town, &calls.iter().map(|(_, call)| call).collect::<Vec<_>>())?;
    for row in ballot_box::rows(town)? {
        let channel = row.channel.as_deref();
        ensure!(channel == Some("TELEPHONE"), "a ballot by telephone is marked {channel:?}");
    }
    Ok(Played { calls, opened })
}

/// Barrie: a PIN, both elections, by each door; French; and a redial after the line dropped between
/// the two elections.
///
/// # Errors
/// When a call does not end as it should, or the box says otherwise.
pub fn barrie(town: &Town) -> anyhow::Result<Played> {
    let whole = call(town, &Plan::of(Voter(0)))?;
    let french = Plan { language: "fr", door: Door::Hasura, taste: 1, ..Plan::of(Voter(1)) };
    let french = call(town, &french)?;
    for one in [&whole, &french] {
        ensure!(one.outcome == "completed", "{:?}", one.exchanges.last());
        ensure!(one.recorded().count() == 2, "{:?}", one.submissions);
    }
    let dropped = call(town, &Plan { ballots: 1, taste: 2, ..Plan::of(Voter(2)) })?;
    ensure!(
        dropped.outcome == "hung_up" && dropped.recorded().count() == 1,
        "{:?}",
        dropped.outcome
    );
    let redial = call(town, &Plan { taste: 2, ..Plan::of(Voter(2)) })?;
    ensure!(
        redial.outcome == "completed" && redial.recorded().count() == 1,
        "{:?}",
        redial.submissions
    );
    ensure!(redial.heard("election_already_voted"), "it was not said that one is cast");
    let again = call(town, &Plan::of(Voter(0)))?;
    ensure!(again.recorded().count() == 0, "{:?}", again.submissions);
    played(
        town,
        vec![
            ("A PIN, both ballots, in English, directly to Harvest", whole),
            ("Both ballots, in French, through Hasura", french),
            ("The line drops after the first ballot", dropped),
            ("The same voter calls again", redial),
            ("The first voter calls again", again),
        ],
    )
}

/// Toronto: ballots contest by contest, without a voter's signature.
///
/// # Errors
/// As for [`barrie`].
pub fn toronto(town: &Town) -> anyhow::Result<Played> {
    let one = call(town, &Plan { taste: 1, ..Plan::of(Voter(0)) })?;
    let other = call(town, &Plan { door: Door::Hasura, taste: 2, ..Plan::of(Voter(1)) })?;
    for one in [&one, &other] {
        ensure!(one.outcome == "completed", "{:?}", one.exchanges.last());
        ensure!(one.recorded().count() == town.published.elections.len(), "{:?}", one.submissions);
    }
    played(town, vec![("Directly to Harvest", one), ("Through Hasura", other)])
}

/// The same voter three times where ballots are not limited.
///
/// # Errors
/// As for [`barrie`].
pub fn unlimited(town: &Town) -> anyhow::Result<Played> {
    town.allow(0)?;
    let mut calls = Vec::new();
    for (about, taste) in [("The first time", 0), ("The second time", 1), ("The third time", 2)] {
        let one = call(town, &Plan { taste, ..Plan::of(Voter(0)) })?;
        // Who has voted everywhere is not asked to go on after the first ballot (DECISIONS 44).
        let recorded = if taste == 0 { town.published.elections.len() } else { 1 };
        ensure!(one.recorded().count() == recorded, "{:?}", one.submissions);
        ensure!(one.heard("election_option_again") == (taste > 0), "told of ballots cast before");
        calls.push((about, one));
    }
    played(town, calls)
}
