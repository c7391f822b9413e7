//! The program: where it listens, whom it asks, how it ends.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Test;
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("the_program_listens_on_loopback_and_ends_when_told", listens),
    ("the_program_ends_with_its_input_when_it_is_to", input),
    ("the_program_lives_without_an_input_unless_it_is_told_otherwise", no_input),
    ("keys_are_asked_for_past_any_proxy", proxy),
    ("numbers_and_voters_are_erased_when_their_time_is_over", retention),
];

/// Gone with the test, also with one that is killed.
pub(crate) struct Program {
    /// Its input is open as long as this.
    child: Child,
    pub(crate) url: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        // Whoever cannot be killed is dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, over the world's database and realms.
fn command(world: &World, folder: &Path) -> Command {
    let issuers = folder.join("issuers.json");
    std::fs::write(&issuers, world.issuers()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_harvest-ivr"));
    command
        .args(["--listen", "127.0.0.1:0", "--issuers"])
        .arg(issuers)
        .env("HARVEST_IVR_DATABASE_URL", &world.database)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Program {
    pub(crate) fn start(world: &World, folder: &Path) -> Self {
        let mut command = command(world, folder);
        command.arg("--until-stdin-closes").stdin(Stdio::piped());
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        let mut program = Self { child: command.spawn().unwrap(), url: String::new() };
        let mut line = String::new();
        BufReader::new(program.child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        program.url = said["url"].as_str().unwrap().to_owned();
        program
    }

    /// Tells it to end; gives what it wrote.
    pub(crate) fn end(self) -> String {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(told.success());
        self.ended()
    }

    /// Until it ends by itself, which is in order; gives what it wrote.
    fn ended(mut self) -> String {
        let mut written = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut written).unwrap();
        assert!(self.child.wait().unwrap().success(), "{written}");
        written
    }
}

fn listens(world: &mut World) {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(world, folder.path());
    world.url.clone_from(&program.url);
    assert!(world.url.starts_with("http://127.0.0.1:"), "{}", world.url);
    assert_eq!(world.get("/blacklist").status, 200);
    assert_eq!(program.end(), "");
    let help = Command::new(env!("CARGO_BIN_EXE_harvest-ivr")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("[default: 127.0.0.1:8090]"), "{help}");
}

fn input(world: &mut World) {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(world, folder.path());
    world.url.clone_from(&program.url);
    assert_eq!(world.get("/blacklist").status, 200);
    drop(program.child.stdin.take());
    assert_eq!(program.ended(), "");
    // Whoever holds it may be killed: that closes it as well.
    let mut holder = Command::new("sleep").arg("3600").stdout(Stdio::piped()).spawn().unwrap();
    let mut command = command(world, folder.path());
    command.arg("--until-stdin-closes").stdin(holder.stdout.take().unwrap());
    let program = Program::of(command);
    world.url.clone_from(&program.url);
    let status = world.get("/blacklist").status;
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_eq!(status, 200);
    assert_eq!(program.ended(), "");
}

/// A service has none: what there is is at its end from the beginning.
fn no_input(world: &mut World) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(world, folder.path());
    command.stdin(Stdio::null());
    let program = Program::of(command);
    world.url.clone_from(&program.url);
    for _ in 0..20 {
        assert_eq!(world.get("/blacklist").status, 200);
    }
    assert_eq!(program.end(), "");
    // Told otherwise it ends at once.
    let mut command = self::command(world, folder.path());
    command.arg("--until-stdin-closes").stdin(Stdio::null());
    assert_eq!(Program::of(command).ended(), "");
}

/// What the environment names as a proxy hears of no realm, not even by a connection.
fn proxy(world: &mut World) {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let mut command = command(world, folder.path());
    command.arg("--until-stdin-closes").stdin(Stdio::piped());
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "request_method"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    for name in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env(name, &address).env(name.to_uppercase(), &address);
    }
    let program = Program::of(command);
    world.url.clone_from(&program.url);
    assert_eq!(world.first.asked(), 0);
    let status = world.get("/blacklist").status;
    let connections = std::iter::from_fn(|| match listener.accept() {
        Ok(connection) => Some(connection),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
            None
        }
    });
    assert_eq!(connections.count(), 0, "connections at the proxy");
    assert_eq!((status, world.first.asked()), (200, 1));
    assert_eq!(program.end(), "");
}

/// By the login that the program is meant to have, which can do nothing else with a call.
fn retention(world: &mut World) {
    world.call(TENANT, EVENT, "over", Some(NUMBER));
    world.call(TENANT, EVENT, "going-on", Some(NUMBER));
    world.expire("over");
    let login = world.login();
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(world, folder.path());
    command
        .env("HARVEST_IVR_DATABASE_URL", world.database.replace("postgres@", &format!("{login}@")));
    command.arg("--until-stdin-closes").stdin(Stdio::piped());
    let program = Program::of(command);
    let kept = "SELECT coalesce(string_agg(contact_id, ' '), '') FROM sequent_backend.ivr_call_log
                WHERE phone_e164 IS NOT NULL";
    let begin = Instant::now();
    while world.value(kept) != "going-on" {
        assert!(begin.elapsed() < Duration::from_secs(50), "still there: {}", world.value(kept));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(program.end(), "");
    world.run(&format!("DROP OWNED BY {login}"));
}
