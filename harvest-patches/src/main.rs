//! `harvest-patches`: gives the platform what the telephone channel needs, or takes it back.

use std::io::{Write, stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use harvest_patches::anchor::anchor;
use harvest_patches::checkout::Checkout;
use harvest_patches::edits;
use harvest_patches::error::Error;
use harvest_patches::report::{report, sums};
use harvest_patches::run::{Plan, Standing};

/// Applies the edits to a checkout of the platform at the pinned commit.
///
/// Every anchor is checked and every edited file is parsed before the first is written.
#[derive(Debug, Parser)]
#[command(name = "harvest-patches")]
struct Arguments {
    /// Root of the platform's git checkout.
    checkout: PathBuf,
    /// The folder with `edits/` and `files/`.
    #[arg(long, value_name = "DIR", default_value = "harvest-patches")]
    patches: PathBuf,
    /// Only check; say how the checkout stands.
    #[arg(long, group = "mode")]
    check: bool,
    /// Put the platform's files back, byte for byte, and take ours away.
    #[arg(long, group = "mode")]
    revert: bool,
    /// List every set and every file; write nothing.
    #[arg(long, group = "mode")]
    report: bool,
    /// Print the anchor of a line, for whoever writes an edit.
    #[arg(long, group = "mode", value_name = "FILE:LINE", value_parser = place)]
    anchor: Option<(PathBuf, usize)>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        // A closed pipe is no reason to fail.
        Ok(text) => {
            let _ = writeln!(stdout(), "{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(stderr(), "harvest-patches: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<String, Error> {
    let checkout = Checkout::at(&arguments.checkout)?;
    if let Some((file, line)) = &arguments.anchor {
        return anchor(&checkout, file, *line);
    }
    let sets = edits::load(&arguments.patches)?;
    let plan = Plan::make(&checkout, &sets)?;
    if arguments.report {
        return Ok(report(&sets, &plan));
    }
    let before = sums(&sets, &plan);
    if arguments.check {
        return Ok(before);
    }
    let written = if arguments.revert { plan.revert(&checkout)? } else { plan.apply(&checkout)? };
    let after = match (arguments.revert, plan.standing()) {
        (true, Standing::Untouched) => "nothing was applied, nothing to do".to_owned(),
        (true, _) => format!("{written} files put back, blob ids verified"),
        (false, Standing::Applied) => "nothing to do".to_owned(),
        (false, _) => format!("{written} files written"),
    };
    Ok(format!("{before}\n{after}"))
}

fn place(text: &str) -> Result<(PathBuf, usize), String> {
    let (file, line) = text.rsplit_once(':').ok_or("FILE:LINE is needed")?;
    let line = line.parse().map_err(|_| format!("`{line}` is no line number"))?;
    Ok((Path::new(file).to_owned(), line))
}
