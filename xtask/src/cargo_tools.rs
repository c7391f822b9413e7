//! Finding the tools that come with Rust or are installed by cargo.

use crate::announce::line;
use crate::outcome::Verdict;
use crate::process::{cargo, program, run, succeeds, tools};

/// A tool installed by cargo, at the version that the project is checked with.
pub(crate) struct CargoTool {
    /// The package, which is also the program: `cargo-deny`.
    pub(crate) package: &'static str,
    pub(crate) version: &'static str,
    /// Built without optimisation where building costs more than it ever gains.
    pub(crate) debug: bool,
}

/// Makes sure that a part of the toolchain is there: `cargo <subcommand>` answers.
pub(crate) fn component(subcommand: &str, name: &str) -> Result<(), Verdict> {
    let there = || succeeds(&mut cargo(&[subcommand, "--version"]));
    if there() {
        return Ok(());
    }
    line(&format!("{name} is missing: trying `rustup component add {name}`"));
    if succeeds(program("rustup").args(["component", "add", name])) && there() {
        return Ok(());
    }
    Err(Verdict::Skipped(format!("{name} is not installed and rustup could not add it")))
}

impl CargoTool {
    /// Makes sure that the tool can be run with `process::program`.
    pub(crate) fn ensure(&self) -> Result<(), Verdict> {
        if succeeds(program(self.package).arg("--version")) {
            return Ok(());
        }
        line(&format!("{} is missing: building it into .tools/ (minutes, once)", self.package));
        let root = tools();
        let mut install = cargo(&["install", self.package, "--version", self.version]);
        install.args(["--locked", "--quiet", "--root"]).arg(root);
        if self.debug {
            install.arg("--debug");
        }
        run(&mut install, "").map_err(|_| {
            let CargoTool { package, version, .. } = self;
            Verdict::Skipped(format!("{package} {version} is not installed and could not be built"))
        })
    }
}
