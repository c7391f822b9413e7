//! The command beside others of its kind, and killed: nothing stays behind.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use live::machine::Machine;

/// Two run to their ends beside each other, a third is killed in the middle.
pub(crate) fn nothing_is_left(_: &Machine) -> anyhow::Result<()> {
    let both = [start()?, start()?];
    let mut addresses = BTreeSet::new();
    for running in both {
        let output = running.wait_with_output()?;
        let told = String::from_utf8(output.stdout)?;
        let log = String::from_utf8(output.stderr)?;
        ensure!(output.status.success(), "{log}");
        let last = told.lines().last().unwrap_or_default();
        ensure!(last == "Every ballot in the box is what was pressed.", "it ended with: {last}");
        addresses.extend(addresses_in(&told));
        addresses.extend(addresses_in(&log));
    }
    ensure!(addresses.len() == 8, "four parts each: {addresses:?}");
    are_free(&addresses)?;

    let mut killed = start()?;
    let mut told = BufReader::new(killed.stdout.take().context("no output")?);
    let mut all = String::new();
    while !all.contains("harvest-dev") {
        ensure!(told.read_line(&mut all)? > 0, "it ended by itself");
    }
    killed.kill()?;
    killed.wait()?;
    let mut log = String::new();
    killed.stderr.take().context("no log")?.read_to_string(&mut log)?;
    let addresses: BTreeSet<String> = addresses_in(&all).chain(addresses_in(&log)).collect();
    ensure!(addresses.len() == 4, "{addresses:?}");
    are_free(&addresses)
}

fn start() -> anyhow::Result<Child> {
    let mut live = Command::new(env!("CARGO_BIN_EXE_live"));
    live.arg("toronto").env("TEST_BACKEND", "process");
    Ok(live.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
}

/// Every `127.0.0.1:PORT` of a text.
fn addresses_in(text: &str) -> impl Iterator<Item = String> {
    text.split("127.0.0.1:").skip(1).filter_map(|rest| {
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        port.parse::<u16>().ok().map(|port| format!("127.0.0.1:{port}"))
    })
}

/// Nobody listens any more, after a while at the latest.
fn are_free(addresses: &BTreeSet<String>) -> anyhow::Result<()> {
    let begin = Instant::now();
    for address in addresses {
        while TcpStream::connect(address).is_ok() {
            ensure!(begin.elapsed() < Duration::from_secs(60), "{address} is still taken");
            thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}
