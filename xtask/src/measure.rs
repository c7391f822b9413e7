//! The slow ones, run on purpose: benchmarks, fuzzing, coverage, mutation testing.

use std::path::Path;

use crate::announce::line;
use crate::cargo_tools::CargoTool;
use crate::database;
use crate::outcome::{Failure, Outcome, Verdict};
use crate::process::{cargo, program, read, root, run, succeeds};

const CARGO_FUZZ: CargoTool = CargoTool { package: "cargo-fuzz", version: "0.13.2", debug: true };
const LLVM_COV: CargoTool = CargoTool { package: "cargo-llvm-cov", version: "0.9.1", debug: true };
const MUTANTS: CargoTool = CargoTool { package: "cargo-mutants", version: "27.1.0", debug: true };

/// The crates with a `fuzz/` folder, each a workspace of its own.
const FUZZED: &[&str] = &["crates/ivr-ballot", "crates/ivr-core"];

/// `cargo bench` over the crates that have benchmarks; nothing else is built for them.
pub(crate) fn bench(args: &[String]) -> Outcome {
    run(
        cargo(&["bench", "-p", "ivr-ballot", "-p", "ivr-core", "--all-features", "--bench", "*"])
            .args(args),
        "a benchmark failed or does not compile",
    )?;
    Ok(Verdict::Done)
}

/// Every fuzz target for the given number of seconds.
pub(crate) fn fuzz(args: &[String]) -> Outcome {
    let seconds: u32 = match args {
        [] => 60,
        [seconds] => seconds
            .parse()
            .map_err(|_| Failure(format!("`{seconds}` is not a number of seconds")))?,
        _ => return Err(Failure("usage: cargo xtask fuzz [SECONDS]".to_owned())),
    };
    if !succeeds(program("cargo").args(["+nightly", "--version"])) {
        let remedy = "fuzzing needs the nightly toolchain: `rustup toolchain install nightly`";
        return Ok(Verdict::Skipped(remedy.to_owned()));
    }
    if let Err(missing) = CARGO_FUZZ.ensure() {
        return Ok(missing);
    }
    let mut crates = 0;
    for folder in FUZZED.iter().map(|folder| root().join(folder)) {
        if folder.join("fuzz").is_dir() {
            fuzz_crate(&folder, seconds)?;
            crates += 1;
        }
    }
    if crates == 0 {
        return Ok(Verdict::Skipped("no crate has fuzz targets yet".to_owned()));
    }
    Ok(Verdict::Done)
}

fn fuzz_crate(folder: &Path, seconds: u32) -> Result<(), Failure> {
    let cargo_fuzz = |args: &[&str]| {
        let mut command = program("cargo");
        command.args(["+nightly", "fuzz"]).args(args).current_dir(folder);
        command
    };
    for target in read(&mut cargo_fuzz(&["list"]))?.lines() {
        line(&format!("\n== {}: {target}, {seconds} s", folder.display()));
        let limit = format!("-max_total_time={seconds}");
        run(
            &mut cargo_fuzz(&["run", target, "--", &limit]),
            &format!("{target} found something; its input is under fuzz/artifacts"),
        )?;
    }
    Ok(())
}

/// Line coverage by every test that needs no server of its own: a table here, the details in
/// `lcov.info`.
pub(crate) fn coverage(args: &[String]) -> Outcome {
    if let Err(missing) = LLVM_COV.ensure() {
        return Ok(missing);
    }
    // Where rustup is not in charge, cargo-llvm-cov says itself what it lacks.
    let _ = succeeds(program("rustup").args(["component", "add", "llvm-tools"]));
    let fixed =
        ["llvm-cov", "--workspace", "--all-features", "--lcov", "--output-path", "lcov.info"];
    let mut tests = cargo(&fixed);
    for package in database::with_servers() {
        tests.args(["--exclude", package]);
    }
    run(tests.args(args), "the tests failed under coverage")?;
    run(&mut cargo(&["llvm-cov", "report", "--summary-only"]), "no summary could be made")?;
    Ok(Verdict::Done)
}

/// Changes the code in small ways and expects a test to notice each.
pub(crate) fn mutants(args: &[String]) -> Outcome {
    if let Err(missing) = MUTANTS.ensure() {
        return Ok(missing);
    }
    run(
        cargo(&["mutants", "--all-features"]).args(args),
        "some changes went unnoticed; see mutants.out",
    )?;
    Ok(Verdict::Done)
}
