//! Whole calls on real parts (design 15.3): what callers meant is what is in the box.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

fn main() -> std::process::ExitCode {
    contract::suite::run(
        live::machine::Machine::start,
        &[
            ("barrie_by_both_doors_in_two_languages_with_a_redial", |machine| {
                live::scenes::barrie(&live::town::Town::new(machine, "barrie")?).map(drop)
            }),
            ("toronto_by_both_doors", |machine| {
                live::scenes::toronto(&live::town::Town::new(machine, "toronto")?).map(drop)
            }),
            ("a_voter_as_often_as_they_like", |machine| {
                live::scenes::unlimited(&live::town::Town::new(machine, "barrie")?).map(drop)
            }),
            ("whatever_breaks_nobody_is_told_what_is_not_so", |machine| {
                live::faults::Ground::new(machine)?.play(|_| {})
            }),
        ],
    )
}
