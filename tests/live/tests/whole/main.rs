//! Whole calls on real parts (design 15.3): what callers meant is what is in the box.
//!
//! On plain processes; the gateway is the project's stand-in for Hasura.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod canaries;
mod desk;
mod manners;

use anyhow::ensure;
use live::faults::Ground;
use live::machine::Machine;
use live::race::{CASTS, LIMITS, Race};
use live::scenes;
use live::town::{Town, Voter};

fn main() -> std::process::ExitCode {
    contract::suite::run(
        Machine::start,
        &[
            ("barrie_by_both_doors_in_two_languages_with_a_redial", |machine| {
                scenes::barrie(&Town::new(machine, "barrie")?).map(drop)
            }),
            ("toronto_by_both_doors", |machine| {
                scenes::toronto(&Town::new(machine, "toronto")?).map(drop)
            }),
            ("a_voter_as_often_as_they_like", |machine| {
                scenes::unlimited(&Town::new(machine, "barrie")?).map(drop)
            }),
            ("whatever_breaks_nobody_is_told_what_is_not_so", |machine| {
                Ground::new(machine)?.play(|_| {})
            }),
            ("at_once_a_voter_casts_as_many_as_are_allowed", race),
            ("what_callers_did_is_seen_and_acted_on_at_a_desk", desk::sees_and_acts),
            ("no_secret_and_no_choice_is_left_anywhere", canaries::none),
            ("two_at_once_and_one_killed_leave_nothing_running", manners::nothing_is_left),
        ],
    )
}

fn race(machine: &Machine) -> anyhow::Result<()> {
    let race = Race::new(machine)?;
    for ((limit, rows), number) in LIMITS.into_iter().zip(0..) {
        let raced = race.run(machine, Voter(number), limit)?;
        ensure!(raced.total() == rows, "limit {limit}: {raced}");
        ensure!(raced.answers.get("200") == Some(&rows), "limit {limit}: {raced}");
        // Without a limit nobody is refused: half the casts are each channel's.
        let half = usize::try_from(CASTS / 2)?;
        let halves = raced.rows.len() == 2 && raced.rows.values().all(|rows| *rows == half);
        ensure!(limit != 0 || halves, "limit {limit}: {raced}");
    }
    let (first, copied, alerts) = race.copy(machine, Voter(3), Voter(4))?;
    ensure!(first == "200" && copied == "400 BallotIdMismatch", "{first}, {copied}");
    ensure!(alerts == 1, "of one copy there were {alerts} alerts");
    Ok(())
}
