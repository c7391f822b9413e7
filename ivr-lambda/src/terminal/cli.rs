//! The command line.

use std::path::PathBuf;

use chrono::{DateTime, Datelike as _, Utc};
use clap::{Args, Parser, Subcommand};

/// The engine of telephone voting without a telephone.
///
/// Without a command: a demo election on this terminal; where there is no terminal, one scripted
/// demo call.
#[derive(Debug, Parser)]
#[command(name = "step-ivr", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Holds one call, scripted or interactive.
    Call(Call),
    /// Asks every live backend and says whether a voter could vote.
    Doctor(Doctor),
    /// Verifies, decrypts and counts ballots.
    Tally(Tally),
    /// Prints the JSON Schema of the world file.
    Schema,
}

/// One call.
#[derive(Debug, Args)]
pub(crate) struct Call {
    /// The world file: election, voters, what is open and what goes wrong.
    #[arg(long, value_name = "FILE")]
    pub(crate) world: PathBuf,

    /// The calling number, or `withheld`.
    #[arg(long, value_name = "NUMBER", default_value = "+15195550123")]
    pub(crate) caller: String,

    /// The dialled number; by default that of the world's first routing entry.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) dialed: Option<String>,

    /// The contact. The one of an earlier call (with --state) continues it.
    #[arg(long, value_name = "ID")]
    pub(crate) contact_id: Option<String>,

    /// What the caller presses, one token per question, separated by blanks: `12345678#`, `1`;
    /// `-` is silence, `!` hangs up.
    #[arg(long, value_name = "TOKENS", conflicts_with = "stdin", allow_hyphen_values = true)]
    pub(crate) keys: Option<String>,

    /// Reads one such token per line; an empty line is silence, the end of input hangs up.
    #[arg(long)]
    pub(crate) stdin: bool,

    /// One JSON object per line on standard output.
    #[arg(long)]
    pub(crate) json: bool,

    /// Shows the SSML beside the text. (With --json it is always there.)
    #[arg(long)]
    pub(crate) ssml: bool,

    /// Keeps what calls change: ballots cast, failed logins, the clock, calls in progress.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// Appends each ballot that was accepted, one JSON object per line.
    #[arg(long, value_name = "FILE")]
    pub(crate) ballots: Option<PathBuf>,

    /// Makes everything random come out the same again.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// The time at which the call begins, RFC 3339; time is then virtual.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) now: Option<DateTime<Utc>>,

    /// Takes real backends in place of the world's, as this file says; the clock is then real, too.
    #[arg(long, value_name = "ENV")]
    pub(crate) live: Option<PathBuf>,

    /// Writes what operators would see to standard error, one JSON object per line.
    #[arg(long)]
    pub(crate) log: bool,
}

/// A round of questions to real backends.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Which backends are real, and where their secrets are.
    #[arg(long, value_name = "ENV")]
    pub(crate) live: PathBuf,

    /// Asks so often.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) repeat: u32,

    /// So many at a time.
    #[arg(long, value_name = "C", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) concurrency: u32,

    /// One JSON object per question on standard output.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A count.
#[derive(Debug, Args)]
pub(crate) struct Tally {
    /// The published document.
    #[arg(long, value_name = "FILE")]
    pub(crate) publication: PathBuf,

    /// The election key: JSON with `public_key` and `secret_key`, unpadded base64.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,

    /// Ballots, one JSON object per line: `election_id`, `ballot_id`, `content`.
    #[arg(required = true, value_name = "BALLOTS")]
    pub(crate) ballots: Vec<PathBuf>,

    /// One JSON object per ballot, then one with the totals.
    #[arg(long)]
    pub(crate) json: bool,
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let time: DateTime<Utc> =
        text.parse().map_err(|error: chrono::ParseError| error.to_string())?;
    if crate::world::YEARS.contains(&time.year()) {
        Ok(time)
    } else {
        Err("not a time at which anybody votes".to_owned())
    }
}
