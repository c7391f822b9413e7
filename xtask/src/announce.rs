//! What xtask tells the person watching: titles, times, one line for what went wrong.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::outcome::{Failure, Outcome, Verdict};

/// One line on standard error. A closed pipe is no reason to stop.
pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Runs a step between its title and the time it took.
pub(crate) fn step(title: &str, action: fn() -> Outcome) -> Outcome {
    line(&format!("\n== {title}"));
    let start = Instant::now();
    let outcome = action();
    let took = elapsed(start.elapsed());
    match &outcome {
        Ok(Verdict::Done) => line(&format!("== ok, {took}: {title}")),
        Ok(Verdict::Skipped(missing)) => line(&format!("== skipped, {took}: {missing}")),
        Err(Failure(_)) => line(&format!("== FAILED, {took}: {title}")),
    }
    outcome
}

/// Says why the command failed, if it did, and chooses the exit status.
pub(crate) fn conclude(outcome: &Outcome) -> ExitCode {
    match outcome {
        Ok(Verdict::Done) => ExitCode::SUCCESS,
        Ok(Verdict::Skipped(missing)) => {
            line(&format!("xtask: not done: {missing}"));
            ExitCode::SUCCESS
        }
        Err(Failure(why)) => {
            line(&format!("xtask: {why}"));
            ExitCode::FAILURE
        }
    }
}

/// A time as a person says it: `3.2 s`, `2 min 05 s`.
pub(crate) fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_times() {
        assert_eq!(elapsed(Duration::from_millis(3_210)), "3.2 s");
        assert_eq!(elapsed(Duration::from_secs(125)), "2 min 05 s");
    }
}
