//! How fast the engine answers: whole calls through `Ivr::handle`, one after the other on one core.
//!
//! The surroundings are the fakes, and every turn loads the sealed session and stores it again.
//! What is not the engine's own work is timed where it happens and reported beside it: the wrapped
//! ports see where each such piece begins and ends, so nothing is estimated. Nothing is asserted:
//! the figures are for people (`docs/benchmarks.md`).

#![allow(clippy::print_stdout, reason = "a benchmark says what it found")]

#[path = "turns/call.rs"]
mod call;
#[path = "turns/figures.rs"]
mod figures;
#[path = "turns/spans.rs"]
mod spans;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use call::{Casting, Town};
use figures::Figures;
use ivr_core::publication::Publication;

/// The allocator of the deployed function, `ivr_lambda`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Calls that are measured; a tenth of them is played before, unmeasured.
const CALLS: usize = 4_000;
/// Calls to a Harvest that verifies each ballot.
const VERIFIED_CALLS: usize = 200;
/// Loads of the large publication.
const LOADS: usize = 50;

fn main() {
    // Without `--bench`, as in `cargo test --benches`, it is enough that everything runs once.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let scale = |n: usize| if measured { n } else { 1 };

    let town = Town::read(&fixtures());
    town.play(scale(CALLS / 10), Casting::Records, false);
    town.play(scale(CALLS), Casting::Records, false).print_turns();
    town.play(scale(CALLS), Casting::Records, true).print_sessions();
    verification(&town.play(scale(VERIFIED_CALLS), Casting::Verifies, false));
    load(scale(LOADS));
}

fn verification(figures: &Figures) {
    let mean = figures.mean(spans::Span::Cast);
    println!("the fake Harvest's verification, for each ballot  {}", figures::micros(mean));
}

fn load(times: usize) {
    let bytes = fs::read(fixtures().join("publications/large/publication.json"))
        .expect("the fixture is in the repository");
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let start = Instant::now();
            let loaded = Publication::from_json(&bytes).expect("it loads");
            let taken = start.elapsed();
            drop(loaded);
            taken
        })
        .collect();
    let (p50, p99) = figures::percentiles(&mut taken);
    println!(
        "loading the publication `large`, {} KiB           {} p50, {} p99",
        bytes.len() / 1024,
        figures::micros(p50),
        figures::micros(p99)
    );
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}
