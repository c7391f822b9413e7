//! A database that is not there, settings that are wrong, and that no log holds a number.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use harvest_ivr::routes::issuers::Reading;
use postgres::{Client, NoTls};
use serde_json::{Value, json};

use super::Test;
use super::document::all;
use super::program::Program;
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("without_a_database_every_route_says_not_now", no_database),
    ("the_log_tells_one_trouble_of_connecting_from_another", told_apart),
    ("a_database_that_comes_back_is_used_again", comes_back),
    ("whatever_a_request_waits_for_it_is_answered", in_time),
    ("no_log_holds_a_number", silent),
    ("the_program_says_in_one_line_what_is_wrong_with_its_settings", settings),
];

/// What each operation takes, so that it goes as far as the database.
fn good(method: &str, path: &str) -> (String, Option<Value>) {
    let body = match (method, path) {
        ("POST", "/blacklist") => Some(json!({"phone_number": NUMBER})),
        ("PATCH", _) => Some(json!({"reason": "r"})),
        ("POST", "/calls/export/raw") => {
            Some(json!({"election_event_id": EVENT, "purpose": "complaint"}))
        }
        ("POST", _) => Some(json!({"scope": "event"})),
        _ => None,
    };
    let query = if path == "/ballots-by-channel" {
        format!("?election_event_id={EVENT}")
    } else {
        String::new()
    };
    (format!("{}{query}", path.replace("{id}", NOWHERE)), body)
}

fn no_database(world: &mut World) {
    // A port that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    world.serve(&format!("postgresql://postgres@127.0.0.1:{free}/x"), Reading::default());
    for (method, path) in all() {
        let (path, body) = good(&method, &path);
        let answer = world.ask(&method, &path, body);
        assert_eq!(answer.refusal(), "503 ServiceUnavailable", "{method} {path}");
    }
    // What is wrong by itself needs no database.
    for path in ["/calls", "/calls/export"] {
        let answer = world.get(&format!("{path}?last_four=x"));
        assert_eq!(answer.refusal(), "400 InvalidField last_four", "{path}");
    }
}

fn in_time(world: &mut World) {
    world.limit_time(Duration::from_millis(300));
    let mut other = Client::connect(&world.database, NoTls).unwrap();
    let mut holds = other.transaction().unwrap();
    holds.batch_execute("LOCK TABLE sequent_backend.ivr_phone_blacklist").unwrap();
    assert_eq!(world.get("/blacklist").refusal(), "503 ServiceUnavailable");
    // Somebody who never sends the rest.
    let (host, token) = (world.url.trim_start_matches("http://"), admin());
    let mut slow = TcpStream::connect(host).unwrap();
    let head = format!(
        "POST /blacklist HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
    );
    slow.write_all(head.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(slow).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "HTTP/1.1 503 Service Unavailable");
    drop(holds);
    // What was given up holds nothing; a busy machine may need more than one try.
    assert!((0..100).any(|_| world.get("/blacklist").status == 200));
}

fn told_apart(world: &mut World) {
    let folder = tempfile::tempdir().unwrap();
    let good = world.database.replace("postgres@", "postgres:the-word@");
    let (server, name) = good.rsplit_once('/').unwrap();
    let name = name.split('?').next().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tls = if good.contains('?') { format!("{good}&") } else { format!("{good}?") };
    for (database, said) in [
        (format!("{server}/nowhere"), "SQLSTATE 3D000"),
        (good.replace("postgres:", "nobody:"), "SQLSTATE 28000"),
        (
            format!("postgresql://postgres:the-word@127.0.0.1:{free}/{name}"),
            "error connecting to server: Connection refused",
        ),
        (format!("{tls}sslmode=require"), "error performing TLS handshake: "),
    ] {
        world.database = database;
        let program = Program::start(world, folder.path());
        world.url.clone_from(&program.url);
        assert_eq!(world.get("/blacklist").refusal(), "503 ServiceUnavailable", "{said}");
        let written = program.end();
        let line = format!("harvest-ivr: no connection to the database: {said}");
        // Of the request, and of the retention job if it came so far.
        let retention = "harvest-ivr: the retention job did not erase what is past its time";
        let lines = written.lines().filter(|line| *line != retention).collect::<Vec<_>>();
        assert!((1..=2).contains(&lines.len()), "{written}");
        assert!(lines.iter().all(|told| told.starts_with(&line)), "{said}: {written}");
        assert!(!written.contains("the-word") && !written.contains("://"), "{written}");
    }
}

fn comes_back(world: &mut World) {
    assert_eq!(world.get("/blacklist").status, 200);
    let database = world.value("SELECT current_database()");
    // Every connection but this one breaks; a request may see that, the one after it does not.
    let cut = format!(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
         WHERE datname = '{database}' AND pid <> pg_backend_pid()"
    );
    assert_ne!(world.value(&cut), "0");
    let first = world.get("/blacklist").status;
    assert!(matches!(first, 200 | 503), "{first}");
    assert_eq!(world.get("/blacklist").status, 200);
}

fn silent(world: &mut World) {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(world, folder.path());
    world.url.clone_from(&program.url);
    let caller = world.call(TENANT, EVENT, "a", Some("+15195550177"));
    let everything = |world: &World| {
        for number in [NUMBER, "+1 519 555 0123", "+1519555012x", "15195550123"] {
            world.post("/blacklist", json!({"phone_number": number, "reason": "r"}));
            world.post("/blacklist", json!({"phone_number": [number]}));
            world.post("/blacklist", json!({ number: number }));
            let number = number.replace('+', "%2B").replace(' ', "%20");
            for path in ["blacklist", "calls", "calls/export", "ballots-by-channel"] {
                world.get(&format!("/{path}?phone_number={number}&last_four={number}"));
            }
            world.ask("DELETE", &format!("/blacklist/{number}"), None);
            world.post(&format!("/calls/{number}/blacklist"), json!({"scope": "event"}));
        }
        world.post(&format!("/calls/{caller}/blacklist"), json!({"scope": "event"}));
        let purpose = json!({"election_event_id": EVENT, "purpose": "complaint"});
        world.post("/calls/export/raw", purpose);
        world.get("/calls");
    };
    everything(world);
    // Again with a database that refuses, for which its log has a line.
    world.run(
        "DELETE FROM sequent_backend.ivr_phone_blacklist;
         ALTER VIEW sequent_backend.ivr_call_raw RENAME TO ivr_call_raw_away;
         CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION 'quoted' USING ERRCODE = 'check_violation', DETAIL = 'quoted'; END $$;
         CREATE TRIGGER z_no BEFORE INSERT ON sequent_backend.ivr_phone_blacklist
           FOR EACH ROW EXECUTE FUNCTION no();",
    );
    everything(world);
    let written = program.end();
    assert!(written.contains("SQLSTATE 23514"), "{written}");
    assert!(written.contains("SQLSTATE 42P01"), "{written}");
    // What the server says of a row stays with the server.
    assert!(!written.contains("quoted"), "{written}");
    let server = (world.cluster_log)();
    assert!(server.contains("ivr_call_raw"), "the server's log has a line");
    for log in [written, server] {
        let plain: String = log.chars().filter(|c| !" -()".contains(*c)).collect();
        for digits in [SECRET_DIGITS, "complaint"] {
            assert!(!plain.contains(digits), "{digits} is in a log");
        }
        assert!(!log.contains(&admin()[..40]), "a token is in a log");
    }
}

fn settings(world: &mut World) {
    let folder = tempfile::tempdir().unwrap();
    let mut file = 0;
    let mut says_with = |issuers: &str, database: &str, connections: &str| {
        file += 1;
        let path = folder.path().join(format!("{file}.json"));
        std::fs::write(&path, issuers).unwrap();
        let ended = Command::new(env!("CARGO_BIN_EXE_harvest-ivr"))
            .env("RUST_BACKTRACE", "1")
            .args(["--listen", "127.0.0.1:0", "--connections", connections])
            .args(["--database-url", database, "--issuers"])
            .arg(path)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(!ended.status.success());
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.starts_with("harvest-ivr: "), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        said
    };
    let good = world.database.clone();
    let said = says_with(&world.issuers(), &good, "0");
    assert!(said.contains("--connections is to be at least 1"), "{said}");
    let mut says = |issuers: &str, database: &str| says_with(issuers, database, "8");
    let elsewhere = "postgresql://user:the-word@db.example/d?sslmode=disable";
    let said = says(&world.issuers(), elsewhere);
    assert!(said.contains("TLS only") && !said.contains("the-word"), "{said}");
    let secret = "nonsense://user:the-word@host";
    let said = says(&world.issuers(), secret);
    assert!(said.contains("the database's address") && !said.contains("the-word"), "{said}");
    assert!(says("[]", secret).contains("there is no issuer"));
    let said = says("{", secret);
    assert!(said.contains("/5.json") && said.contains("the issuers are no JSON list"), "{said}");
    let open = world.issuers().replace("http://127.0.0.1", "http://login.example");
    assert!(says(&open, secret).contains("keys_url"));
}
