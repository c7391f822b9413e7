//! The checks in the order in which they run: what is quick and what most often fails comes first.

use std::time::Instant;

use crate::announce;
use crate::outcome::{Failure, Outcome, Verdict};
use crate::{contract, database, dependencies, direction, java, live, rust, shell};

/// A title and what it stands for.
pub(crate) type Step = (&'static str, fn() -> Outcome);

const RUSTFMT: Step = ("rustfmt: every file is formatted", rust::formatting);
const CLIPPY: Step = ("clippy: no warnings", rust::clippy);
const DIRECTION: Step = ("cargo tree: dependencies point one way", direction::check);

pub(crate) const LINT: &[Step] = &[RUSTFMT, CLIPPY];
pub(crate) const TREE: &[Step] = &[DIRECTION];
pub(crate) const TEST: &[Step] = &[
    RUSTFMT,
    CLIPPY,
    ("cargo test: unit, integration and documentation tests", rust::tests),
    DIRECTION,
    ("shellcheck: shell scripts", shell::check),
    ("mvn verify: Keycloak extensions, also on a real Keycloak", java::check),
    ("cargo test: what needs a PostgreSQL", database::check),
    ("contract: the suites against real servers", contract::check),
    ("live: whole calls on real parts", live::check),
    ("cargo deny: licences, bans, sources", dependencies::policy),
    ("cargo deny: security advisories", dependencies::advisories),
];

/// Runs the steps until one fails.
pub(crate) fn run(steps: &[Step]) -> Outcome {
    let start = Instant::now();
    let skipped = each(steps, announce::step)?;
    let note = match skipped {
        0 => String::new(),
        _ => format!("; {skipped} of {} steps skipped, see above", steps.len()),
    };
    announce::line(&format!("\nxtask: passed in {}{note}", announce::elapsed(start.elapsed())));
    Ok(Verdict::Done)
}

/// Performs each step under its numbered title; counts the skipped ones.
fn each(
    steps: &[Step],
    perform: impl Fn(&str, fn() -> Outcome) -> Outcome,
) -> Result<usize, Failure> {
    let mut skipped = 0;
    for (index, (title, action)) in steps.iter().enumerate() {
        let numbered = format!("{}/{} {title}", index + 1, steps.len());
        match perform(&numbered, *action) {
            Ok(Verdict::Done) => {}
            Ok(Verdict::Skipped(_)) => skipped += 1,
            Err(Failure(why)) => return Err(Failure(format!("{title}: {why}"))),
        }
    }
    Ok(skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quietly(_: &str, action: fn() -> Outcome) -> Outcome {
        action()
    }
    fn passes() -> Outcome {
        Ok(Verdict::Done)
    }
    fn is_skipped() -> Outcome {
        Ok(Verdict::Skipped("nothing to run it with".to_owned()))
    }
    fn fails() -> Outcome {
        Err(Failure("broken".to_owned()))
    }
    fn must_not_run() -> Outcome {
        unreachable!("a step after the one that failed")
    }

    #[test]
    fn a_skipped_step_is_counted_and_fails_nothing() {
        assert_eq!(each(&[("a", is_skipped), ("b", passes)], quietly), Ok(1));
    }

    #[test]
    fn the_first_failure_ends_the_run_and_names_its_step() {
        let steps: &[Step] = &[("a", passes), ("b", fails), ("c", must_not_run)];
        assert_eq!(each(steps, quietly), Err(Failure("b: broken".to_owned())));
    }
}
