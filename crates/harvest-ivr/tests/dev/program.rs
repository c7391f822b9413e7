//! The program: how it starts, what it prints, how it ends.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::fixture::Publication;
use crate::trial;
use crate::voter::Voter;
use crate::world::{arguments, connect, database, seed};

/// Stands in the database's address; the database lets everybody in.
const PASSWORD: &str = "the-password-of-a-database";

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("program::casts_and_ends_with_its_input", postgres, casts),
        trial("program::ends_on_sigterm", postgres, sigterm),
        trial("program::switches_on_the_command_line", postgres, switches),
        trial("program::does_not_start", postgres, does_not_start),
    ]
}

/// Gone with the test.
struct Program {
    child: Child,
    url: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(database: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harvest-dev"));
    command
        .env("RUST_BACKTRACE", "1")
        .args(arguments)
        .env("HARVEST_DEV_DATABASE_URL", database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Program {
    fn start(database: &str, arguments: &[&str]) -> Self {
        Self::of(command(database, arguments))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        assert!(said["server"].as_str().unwrap().starts_with("harvest-dev "), "{line}");
        let url = said["url"].as_str().unwrap().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        Self { child, url }
    }

    /// Until it ends by itself; what it has logged.
    fn log(mut self) -> String {
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(self.child.wait().unwrap().success(), "{log}");
        log
    }
}

fn with_password(database: &str) -> String {
    database.replace("postgres@", &format!("postgres:{PASSWORD}@"))
}

async fn casts(postgres: Arc<Postgres>) {
    let publication = Publication::read("barrie");
    let database = database(&postgres).await;
    seed(&connect(&database).await, &publication).await;
    let mut program = Program::start(&with_password(&database), &[]);
    let line = std::fs::read(format!("/proc/{}/cmdline", program.child.id())).unwrap();
    assert!(!String::from_utf8_lossy(&line).contains(PASSWORD));

    let (voter, other) = (Voter::of(&publication), Voter::of(&publication));
    let (ballot, _) = publication.seal(1);
    let http = reqwest::Client::new();
    for (who, status) in [(&voter, 200), (&voter, 400), (&other, 400)] {
        let request = http.post(format!("{}/insert-cast-vote", program.url));
        let request = request.header("authorization", who.header());
        let answer = request.json(&arguments(&ballot)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
    }
    let report = http.get(format!("{}/dev/habits", program.url)).send().await.unwrap();
    let report: Value = report.json().await.unwrap();
    assert_eq!(report["integrity_alerts"], 1);
    let settings = harvest_ivr::dev::settings::Settings::default();
    assert_eq!(report["settings"], json!(settings));

    drop(program.child.stdin.take());
    let log = program.log();
    assert!(log.contains("not verified"), "{log}");
    for told in ["200 recorded", "400 DuplicateVote", "400 BallotIdMismatch"] {
        assert!(log.contains(&format!("election {}, {told}", ballot.election_id)), "{log}");
    }
    let alert = log.lines().find(|line| line.starts_with("integrity_alert: ")).unwrap();
    assert!(alert.contains(&ballot.ballot_id), "{log}");
    let (token, content) = (voter.header(), &ballot.content);
    for secret in [PASSWORD, &voter.id, &other.id, &token[7..40], &content[..40], "contests"] {
        assert!(!log.contains(secret), "{log}");
    }
}

async fn sigterm(postgres: Arc<Postgres>) {
    let database = database(&postgres).await;
    let program = Program::start(&database, &["--listen", "127.0.0.1:0"]);
    let kill = Command::new("kill").args(["-TERM", &program.child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    program.log();
}

/// By flags, and all at once by the environment.
async fn switches(postgres: Arc<Postgres>) {
    let database = database(&postgres).await;
    let program = Program::start(
        &database,
        &[
            "--without",
            "voter-lock",
            "--without",
            "ballot_once",
            "--habit",
            "lost-reply",
            "--retries",
            "1,2",
            "--settings",
            r#"{"habits": {"html": {"times": 3}}}"#,
        ],
    );
    let report = reqwest::get(format!("{}/dev/habits", program.url)).await.unwrap();
    let settings = report.json::<Value>().await.unwrap()["settings"].take();
    let patches = settings["patches"].as_object().unwrap();
    let off: Vec<_> =
        patches.iter().filter(|(_, on)| **on == false).map(|(name, _)| name).collect();
    assert_eq!(off, ["ballot_once", "voter_lock"]);
    assert_eq!(patches.len(), 9);
    let habits: Vec<_> = settings["habits"].as_object().unwrap().keys().collect();
    assert_eq!(habits, ["html", "lost_reply"]);
    assert_eq!(settings["habits"]["html"]["times"], 3);
    assert_eq!(settings["retry_milliseconds"], json!([1, 2]));

    let mut command = command(&database, &[]);
    command.env("HARVEST_DEV_SETTINGS", r#"{"patches": {"reopening": false}}"#);
    let program = Program::of(command);
    let report = reqwest::get(format!("{}/dev/habits", program.url)).await.unwrap();
    let report: Value = report.json().await.unwrap();
    assert_eq!(report["settings"]["patches"]["reopening"], false);
}

/// One line that says why, and no password in it.
async fn does_not_start(postgres: Arc<Postgres>) {
    let there = with_password(&database(&postgres).await);
    let empty = with_password(&postgres.create_database().unwrap());
    let nowhere = format!("postgresql://postgres:{PASSWORD}@127.0.0.1:1/x");
    let garbage = format!("postgresql//postgres:{PASSWORD}@");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    for (database, arguments, why) in [
        (&there, ["--listen", taken.as_str()].as_slice(), "cannot listen on"),
        (&there, &["--listen", "0.0.0.0:0"], "loopback"),
        (&there, &["--listen", "[::]:0"], "loopback"),
        (&there, &["--without", "voter-lok"], "voter_lok"),
        (&there, &["--habit", "lost-replies"], "lost_replies"),
        (&there, &["--settings", "{"], "JSON"),
        (&empty, &[], "sequent_backend"),
        (&nowhere, &[], "cannot be reached"),
        (&garbage, &[], "does not parse"),
    ] {
        let output = command(database, arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(said.contains(why), "{arguments:?}: {said}");
        assert!(!said.contains(PASSWORD), "{arguments:?}: {said}");
        assert!(!said.contains("stack backtrace"), "{arguments:?}: {said}");
    }
}
