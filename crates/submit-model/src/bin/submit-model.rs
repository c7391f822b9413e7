//! Prints states, properties and counter-examples.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use clap::Parser;
use ivr_core::submit::SubmitLimits;
use submit_model::check::{self, Broken};
use submit_model::harvest::{Overtaking, Platform};
use submit_model::model::{Bounds, SubmitModel};
use submit_model::properties;
use submit_model::protocol::Protocol;

/// Checks the submit protocol in every state that its surroundings can bring about.
#[derive(Parser)]
struct Options {
    /// Things that go wrong in one history.
    #[arg(long, default_value_t = 4)]
    faults: u8,
    /// Functions that run at once.
    #[arg(long, default_value_t = 2)]
    functions: usize,
    /// How often Harvest tries one request.
    #[arg(long, default_value_t = 6)]
    tries: u8,
    /// Sends of one ballot.
    #[arg(long, default_value_t = SubmitLimits::default().sends)]
    sends: u8,
    /// Turns that may end without knowing.
    #[arg(long, default_value_t = SubmitLimits::default().holds)]
    holds: u8,
}

fn main() -> std::process::ExitCode {
    let options = Options::parse();
    let limits = SubmitLimits { sends: options.sends, holds: options.holds };
    let bounds = Bounds {
        faults: options.faults,
        functions: options.functions,
        tries: options.tries,
        limits,
    };
    println!("{bounds:?}");
    let mut fine = true;
    for platform in Platform::ALL {
        for revotes in [None, Some(0), Some(1), Some(3)] {
            let model = SubmitModel::new(Protocol::Real, platform, revotes, bounds);
            let findings = check::everything(model);
            println!("\n{}, num_allowed_revotes {}", of(platform), limit(revotes));
            let ends = findings.ends;
            println!("  {} states, {} steps, {} ends", ends.states, ends.steps, ends.ends);
            for name in &findings.hold {
                println!("  holds   {name}");
            }
            for broken in &findings.broken {
                print(broken);
            }
            for name in &findings.impossible {
                println!("  NEVER   {name}");
            }
            fine &= findings.broken.is_empty() && findings.impossible.is_empty();
        }
    }
    for protocol in Protocol::BROKEN {
        println!("\nBroken on purpose: {}", protocol.name());
        let model = SubmitModel::new(protocol, Platform::AS_IT_IS, Some(1), bounds);
        for (n, property) in protocol.breaks().iter().enumerate() {
            match check::shortest(model, property) {
                Some(broken) if n == 0 => print(&broken),
                Some(broken) => {
                    println!("  BROKEN  {property}, in {} steps", broken.story.len() - 1);
                }
                None => {
                    println!("  NOT FOUND  {property}");
                    fine = false;
                }
            }
        }
    }
    for (overtaking, platforms) in [
        (Overtaking::Refusal, &[Platform::BALLOT_ONCE, Platform::AS_IT_IS][..]),
        (Overtaking::FailedQuery, &Platform::ALL[..]),
    ] {
        for platform in platforms {
            println!("\nA known limit: {}, where {}", of(*platform), overtakes(overtaking));
            let platform = platform.with(overtaking);
            let model = SubmitModel::new(Protocol::Real, platform, Some(1), bounds);
            match check::shortest(model, properties::NOT_RECORDED_IS_TRUE) {
                Some(broken) => print(&broken),
                None => {
                    println!("  NOT FOUND  {}", properties::NOT_RECORDED_IS_TRUE);
                    fine = false;
                }
            }
        }
    }
    if fine { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

fn of(platform: Platform) -> &'static str {
    match (platform.ballot_once, platform.voter_lock) {
        (true, true) => "Patched platform",
        (true, false) => "Platform with unique ballots only",
        (false, true) => "Platform with the lock on the voter only",
        (false, false) => "Platform as it is",
    }
}

fn overtakes(overtaking: Overtaking) -> &'static str {
    match overtaking {
        Overtaking::Nothing => "nothing overtakes a commit",
        Overtaking::Refusal => "a refusal overtakes the commit of an earlier try",
        Overtaking::FailedQuery => "a failed query overtakes the commit of an earlier try",
    }
}

fn limit(revotes: Option<i64>) -> String {
    revotes.map_or_else(|| "null".into(), |n| n.to_string())
}

fn print(broken: &Broken) {
    println!("  BROKEN  {}", broken.property);
    for (n, line) in broken.story.iter().enumerate() {
        println!("    {n:>2}. {line}");
    }
}
