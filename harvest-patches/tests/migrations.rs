//! The migrations on a real PostgreSQL, over a table in the shape of the platform's and a trigger
//! that counts as the platform's does.
//!
//! Without PostgreSQL on the machine every test is reported ignored.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, unreachable_pub, reason = "the file of the platform has more than is used")]

#[path = "../files/windmill/telephone/known_ballot.rs"]
#[allow(
    clippy::all,
    missing_docs,
    unused_imports,
    reason = "it follows the lints of the crate that it goes to; its own tests are not run here"
)]
mod known_ballot;

use std::path::PathBuf;
use std::sync::{Arc, Barrier};
use std::thread;

use known_ballot::{Known, in_refusal};
use libtest_mimic::{Arguments, Failed, Trial};
use postgres::{Client, NoTls};
use test_servers::postgres::Postgres;

const LOCK: &str = "1795219300000_ivr_voter_lock";
const ONCE: &str = "1795219300010_ivr_ballot_once";
const CHANNEL: &str = "1795219300020_ivr_cast_vote_channel";

/// As the facts have it: counts a voter's ballots in an election, zero allows any number.
const PLATFORM: &str = "
CREATE SCHEMA sequent_backend;
CREATE TABLE sequent_backend.election (id uuid PRIMARY KEY, num_allowed_revotes integer);
CREATE TABLE sequent_backend.cast_vote (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL, election_event_id uuid NOT NULL, election_id uuid,
  created_at timestamptz DEFAULT now(), voter_id_string varchar, ballot_id text);
CREATE FUNCTION counting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE allowed integer; cast_already bigint;
BEGIN
  SELECT num_allowed_revotes INTO allowed FROM sequent_backend.election
   WHERE id = NEW.election_id;
  SELECT count(*) INTO cast_already FROM sequent_backend.cast_vote
   WHERE election_id = NEW.election_id AND voter_id_string = NEW.voter_id_string;
  IF allowed > 0 AND cast_already >= allowed THEN
    RAISE EXCEPTION 'too many ballots';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER check_revote_trigger BEFORE INSERT ON sequent_backend.cast_vote
  FOR EACH ROW EXECUTE FUNCTION counting();
INSERT INTO sequent_backend.election VALUES
  ('00000000-0000-0000-0000-0000000000e0', 0), ('00000000-0000-0000-0000-0000000000e1', 1),
  ('00000000-0000-0000-0000-0000000000e3', 3)";

type Test = fn(&Database);

fn main() {
    let arguments = Arguments::from_args();
    let server =
        if arguments.list { None } else { Postgres::start_if_installed().unwrap().map(Arc::new) };
    let tests: [(&str, Test); 12] = [
        ("up_down_and_up_again", up_down_and_up_again),
        ("without_the_lock_two_casts_at_once_both_count_none", without_the_lock),
        ("with_the_lock_the_second_cast_waits_and_is_refused", with_the_lock),
        ("voters_do_not_wait_for_each_other", voters_do_not_wait),
        ("parallel_casts_leave_as_many_ballots_as_allowed", parallel_casts),
        ("a_ballot_is_in_the_box_once", a_ballot_once),
        ("duplicates_are_reported_and_nothing_is_deleted", duplicates_are_reported),
        ("the_trigger_finds_ballots_by_an_index_always", an_index_always),
        ("the_migration_waits_for_a_cast_that_runs", migration_waits),
        ("finishing_waits_for_a_cast_that_runs", finishing_waits),
        ("the_index_alone_refuses_copies_too", the_index_alone),
        ("a_channel_is_one_of_four_or_unknown", channels),
    ];
    let trials = tests.into_iter().map(|(name, test)| {
        let server = server.clone();
        let missing = server.is_none();
        Trial::test(name, move || {
            let server = server.ok_or("no PostgreSQL")?;
            let url = server.create_database().map_err(|error| Failed::from(error.to_string()))?;
            let database = Database { url };
            database.client().batch_execute(PLATFORM).map_err(|error| said(&error))?;
            test(&database);
            Ok(())
        })
        .with_ignored_flag(missing)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

#[derive(Clone)]
struct Database {
    url: String,
}

impl Database {
    fn client(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }

    /// One migration as Hasura runs it: in one transaction.
    fn migrate(&self, name: &str, direction: &str) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("files/hasura").join(name);
        let sql = std::fs::read_to_string(folder.join(format!("{direction}.sql"))).unwrap();
        let mut client = self.client();
        let mut transaction = client.transaction().unwrap();
        transaction.batch_execute(&sql).unwrap();
        transaction.commit().unwrap();
    }

    fn rows(&self, election: &str) -> i64 {
        let sql =
            "SELECT count(*) FROM sequent_backend.cast_vote WHERE right(election_id::text, 2) = $1";
        self.client().query_one(sql, &[&election]).unwrap().get(0)
    }

    fn has_index(&self) -> bool {
        let sql = "SELECT to_regclass('sequent_backend.cast_vote_ballot_id_once') IS NOT NULL";
        self.client().query_one(sql, &[]).unwrap().get(0)
    }

    fn finish(&self) -> bool {
        let sql = "SELECT sequent_backend.ivr_finish_ballot_once()";
        self.client().query_one(sql, &[]).unwrap().get(0)
    }
}

fn insertion(election: &str, voter: &str, ballot: &str) -> String {
    format!(
        "INSERT INTO sequent_backend.cast_vote
           (tenant_id, election_event_id, election_id, voter_id_string, ballot_id)
         VALUES ('00000000-0000-0000-0000-0000000000aa', '00000000-0000-0000-0000-0000000000bb',
                 '00000000-0000-0000-0000-0000000000{election}', '{voter}', '{ballot}')"
    )
}

fn cast(client: &mut Client, election: &str, voter: &str, ballot: &str) -> Result<(), String> {
    client.batch_execute(&insertion(election, voter, ballot)).map_err(|error| said(&error))
}

fn said(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

fn up_down_and_up_again(database: &Database) {
    for _ in 0..2 {
        for name in [LOCK, ONCE, CHANNEL] {
            database.migrate(name, "up");
        }
        assert!(database.has_index());
        for name in [CHANNEL, ONCE, LOCK] {
            database.migrate(name, "down");
        }
        assert!(!database.has_index());
    }
    // Nothing of ours is left: the same ballot twice is as it was.
    let mut client = database.client();
    cast(&mut client, "e0", "v", "b").unwrap();
    cast(&mut client, "e0", "v", "b").unwrap();
}

/// What the lock is for: it fails when PostgreSQL ever counts what is not committed.
fn without_the_lock(database: &Database) {
    let (mut one, mut other) = (database.client(), database.client());
    one.batch_execute("BEGIN").unwrap();
    cast(&mut one, "e1", "v", "b1").unwrap();
    cast(&mut other, "e1", "v", "b2").unwrap();
    one.batch_execute("COMMIT").unwrap();
    assert_eq!(database.rows("e1"), 2);
}

fn with_the_lock(database: &Database) {
    database.migrate(LOCK, "up");
    let mut one = database.client();
    one.batch_execute("BEGIN").unwrap();
    cast(&mut one, "e1", "v", "b1").unwrap();
    let mut other = database.client();
    let second = thread::spawn(move || cast(&mut other, "e1", "v", "b2"));
    // Other tests use other databases of the same cluster.
    let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while !second.is_finished() && one.query_one(waits, &[]).unwrap().get::<_, i64>(0) == 0 {
        thread::yield_now();
    }
    assert!(!second.is_finished(), "the second did not wait");
    one.batch_execute("COMMIT").unwrap();
    assert_eq!(second.join().unwrap(), Err("too many ballots".to_owned()));
    assert_eq!(database.rows("e1"), 1);
}

fn voters_do_not_wait(database: &Database) {
    database.migrate(LOCK, "up");
    database.migrate(ONCE, "up");
    let mut one = database.client();
    one.batch_execute("BEGIN").unwrap();
    cast(&mut one, "e1", "v", "b1").unwrap();
    let mut other = database.client();
    // Waiting at all would be an error.
    other.batch_execute("SET lock_timeout = '20s'").unwrap();
    cast(&mut other, "e1", "w", "b2").unwrap();
    cast(&mut other, "e3", "v", "b3").unwrap();
    one.batch_execute("COMMIT").unwrap();
    assert_eq!(database.rows("e1"), 2);
}

fn parallel_casts(database: &Database) {
    database.migrate(LOCK, "up");
    database.migrate(ONCE, "up");
    const CASTS: usize = 24;
    for (election, allowed) in [("e1", 1), ("e3", 3), ("e0", CASTS)] {
        let ready = Arc::new(Barrier::new(CASTS));
        let casts: Vec<_> = (0..CASTS)
            .map(|number| {
                let (mut client, ready) = (database.client(), Arc::clone(&ready));
                thread::spawn(move || {
                    ready.wait();
                    cast(&mut client, election, "v", &format!("b{number}")).is_ok()
                })
            })
            .collect();
        let accepted = casts.into_iter().map(|cast| cast.join().unwrap()).filter(|ok| *ok).count();
        assert_eq!(accepted, allowed, "{election}");
        assert_eq!(usize::try_from(database.rows(election)).unwrap(), allowed, "{election}");
    }
}

fn a_ballot_once(database: &Database) {
    database.migrate(LOCK, "up");
    database.migrate(ONCE, "up");
    let mut client = database.client();
    cast(&mut client, "e1", "v", "b").unwrap();
    // Also where the limit is reached, it is a repetition first.
    let repeated = cast(&mut client, "e1", "v", "b").unwrap_err();
    assert_eq!(in_refusal(&repeated), Some(Known::SameVoter), "{repeated}");
    let copied = cast(&mut client, "e1", "w", "b").unwrap_err();
    assert_eq!(in_refusal(&copied), Some(Known::AnotherVoter), "{copied}");
    let too_many = cast(&mut client, "e1", "v", "b2").unwrap_err();
    assert_eq!(in_refusal(&too_many), None, "{too_many}");
    cast(&mut client, "e3", "w", "b").unwrap();
    let sql = insertion("e0", "v", "none").replace("'none'", "NULL");
    client.batch_execute(&sql).unwrap();
    client.batch_execute(&sql).unwrap();
}

fn duplicates_are_reported(database: &Database) {
    let mut client = database.client();
    for (voter, ballot) in [("v", "twice"), ("v", "twice"), ("v", "copied"), ("w", "copied")] {
        cast(&mut client, "e0", voter, ballot).unwrap();
    }
    cast(&mut client, "e0", "x", "once").unwrap();
    database.migrate(LOCK, "up");
    database.migrate(ONCE, "up");
    assert_eq!(database.rows("e0"), 5);
    assert!(!database.has_index());
    let report = client
        .query(
            "SELECT ballot_id, ballots, voters, cardinality(cast_vote_ids)
               FROM sequent_backend.ivr_duplicate_ballot ORDER BY ballot_id",
            &[],
        )
        .unwrap();
    let report: Vec<(String, i64, i64, i32)> =
        report.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    assert_eq!(report, [("copied".to_owned(), 2, 2, 2), ("twice".to_owned(), 2, 1, 2)]);
    // The rule holds for whatever comes, with or without the index.
    for (voter, ballot, known) in [
        ("v", "twice", Known::SameVoter),
        ("x", "twice", Known::AnotherVoter),
        ("v", "once", Known::AnotherVoter),
    ] {
        let refused = cast(&mut client, "e0", voter, ballot).unwrap_err();
        assert_eq!(in_refusal(&refused), Some(known), "{voter} {ballot}");
    }
    assert!(!database.finish());
    client
        .batch_execute(
            "DELETE FROM sequent_backend.cast_vote AS later
              USING sequent_backend.cast_vote AS earlier
              WHERE later.ballot_id = earlier.ballot_id AND later.id > earlier.id",
        )
        .unwrap();
    assert!(database.finish());
    assert!(database.has_index());
    let left = "SELECT count(*) FROM sequent_backend.ivr_duplicate_ballot";
    assert_eq!(client.query_one(left, &[]).unwrap().get::<_, i64>(0), 0);
    assert!(database.finish(), "it may be repeated");
}

fn an_index_always(database: &Database) {
    let indexes = |database: &Database| -> Vec<String> {
        let sql = "SELECT indexname::text FROM pg_indexes WHERE tablename = 'cast_vote'
                     AND indexdef LIKE '%(tenant_id, election_event_id, election_id, ballot_id)'";
        database.client().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
    };
    let mut client = database.client();
    for _ in 0..2 {
        cast(&mut client, "e0", "v", "b").unwrap();
    }
    database.migrate(ONCE, "up");
    assert_eq!(indexes(database), ["cast_vote_by_ballot_id"]);
    client.batch_execute("DELETE FROM sequent_backend.cast_vote").unwrap();
    assert!(database.finish());
    assert_eq!(indexes(database), ["cast_vote_ballot_id_once"]);
}

/// Something that locks the table, while a cast has read it and then inserts. One that takes its
/// locks in steps makes a deadlock of this, and one of the two fails.
fn beside_a_cast(database: &Database, locking: impl FnOnce(Database) + Send + 'static) {
    let mut casting = database.client();
    casting.batch_execute("BEGIN; SELECT count(*) FROM sequent_backend.cast_vote").unwrap();
    let other = database.clone();
    let locking = thread::spawn(move || locking(other));
    let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted
                   AND relation = 'sequent_backend.cast_vote'::regclass
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while !locking.is_finished() && casting.query_one(waits, &[]).unwrap().get::<_, i64>(0) == 0 {
        thread::yield_now();
    }
    assert!(!locking.is_finished(), "it did not wait for the cast");
    cast(&mut casting, "e0", "v", "meanwhile").unwrap();
    casting.batch_execute("COMMIT").unwrap();
    locking.join().unwrap();
    assert_eq!(database.rows("e0"), 1);
    assert!(database.has_index());
}

fn migration_waits(database: &Database) {
    beside_a_cast(database, |database| database.migrate(ONCE, "up"));
}

fn finishing_waits(database: &Database) {
    let mut client = database.client();
    for _ in 0..2 {
        cast(&mut client, "e0", "v", "b").unwrap();
    }
    database.migrate(ONCE, "up");
    client.batch_execute("DELETE FROM sequent_backend.cast_vote").unwrap();
    beside_a_cast(database, |database| assert!(database.finish()));
}

fn the_index_alone(database: &Database) {
    database.migrate(ONCE, "up");
    let mut client = database.client();
    client.batch_execute("DROP TRIGGER a_ivr_20_ballot_once ON sequent_backend.cast_vote").unwrap();
    cast(&mut client, "e0", "v", "b").unwrap();
    let refused = cast(&mut client, "e0", "w", "b").unwrap_err();
    assert_eq!(in_refusal(&refused), Some(Known::AnotherVoter), "{refused}");
}

fn channels(database: &Database) {
    let mut client = database.client();
    cast(&mut client, "e0", "v", "before").unwrap();
    database.migrate(CHANNEL, "up");
    for channel in ["ONLINE", "KIOSK", "EARLY_VOTING", "TELEPHONE"] {
        cast(&mut client, "e0", "v", channel).unwrap();
        let sql = "UPDATE sequent_backend.cast_vote SET channel = $1 WHERE ballot_id = $1";
        assert_eq!(client.execute(sql, &[&channel]).unwrap(), 1);
    }
    let other = "UPDATE sequent_backend.cast_vote SET channel = 'FAX'";
    assert!(client.batch_execute(other).is_err());
    let unknown = "SELECT count(*) FROM sequent_backend.cast_vote WHERE channel IS NULL";
    assert_eq!(client.query_one(unknown, &[]).unwrap().get::<_, i64>(0), 1);
}
