//! Secrets are seen nowhere.

use std::process::{Command, Stdio};

use anyhow::ensure;
use realm::desired::flow::Factors;

use crate::place::*;

pub(crate) fn no_secret_is_seen_anywhere(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "canary")?;
    let realm = name.full.as_str();
    let secrets = ["--voting-secret", "env:VOTING", "--service-secret", "env:SERVICE"];
    let commands: [&[&str]; 7] = [
        &["plan", realm, "--development"],
        &["apply", realm, "--development"],
        &["plan", realm, "--development", "--json"],
        &["check", realm],
        &["check", realm, "--json"],
        &["rotate", realm],
        &["apply", "tenant-t1-event-nowhere"],
    ];
    for command in commands {
        let output = place.run(&[command, &secrets[..]].concat())?;
        for bytes in [&output.stdout, &output.stderr] {
            let said = String::from_utf8_lossy(bytes);
            ensure!(!said.contains("canary-"), "{command:?}: {said}");
            ensure!(!said.contains("eyJ"), "{command:?} shows a token");
        }
    }
    let options = development(Factors::Pin);
    let planned = plan(&admin, &fresh(&admin, "canary-two")?, &options)?;
    let debug = format!("{admin:?} {options:?} {planned:?}");
    ensure!(!debug.contains("canary-v") && !debug.contains("canary-s"), "{debug}");
    the_command_line_is_clean(place, realm)
}

/// A run that waits for its password on standard input, looked at from outside.
#[cfg(target_os = "linux")]
fn the_command_line_is_clean(place: &Place, realm: &str) -> anyhow::Result<()> {
    let mut child = Command::new(&place.program)
        .args(["plan", realm, "--keycloak-url", &place.url, "--admin-password", "-"])
        .args(["--voting-secret", "env:VOTING"])
        .env("VOTING", VOTING_SECRET)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Empty until the new program has its arguments.
    let shown = format!("/proc/{}/cmdline", child.id());
    let line = loop {
        let line = std::fs::read(&shown)?;
        if !line.is_empty() || child.try_wait()?.is_some() {
            break line;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    child.kill()?;
    child.wait()?;
    let line = String::from_utf8_lossy(&line);
    ensure!(line.contains("--admin-password") && !line.contains("canary-"), "{line}");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn the_command_line_is_clean(_: &Place, _: &str) -> anyhow::Result<()> {
    Ok(())
}
