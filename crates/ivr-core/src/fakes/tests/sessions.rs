use std::collections::BTreeMap;
use std::sync::Arc;

use super::support::*;
use crate::fakes::FakeWorld;
use crate::ports::{SessionError, SessionRow};

fn row(version: u64, ttl: i64) -> SessionRow {
    SessionRow {
        contact_id: "c".into(),
        version,
        ttl,
        key_id: "dev-1".into(),
        sealed: vec![1, 2, 3],
    }
}

fn create(world: &FakeWorld, row: &SessionRow, now: i64) -> bool {
    let answer = block_on(world.ports().session.create(row, now, soon(world)));
    assert!(matches!(answer, Ok(()) | Err(SessionError::SessionRaced)));
    answer.is_ok()
}

fn update(world: &FakeWorld, row: &SessionRow, expected: u64) -> bool {
    let answer = block_on(world.ports().session.update(row, expected, soon(world)));
    assert!(matches!(answer, Ok(()) | Err(SessionError::SessionRaced)));
    answer.is_ok()
}

#[test]
fn a_row_is_created_once_until_its_time_is_over() {
    let world = world(|_| {});
    assert!(create(&world, &row(1, 100), 50));
    assert!(!create(&world, &row(1, 200), 50));
    assert!(!create(&world, &row(1, 200), 100), "valid to the second");
    let load = || block_on(world.ports().session.load("c", soon(&world))).unwrap();
    assert_eq!(load(), Some(row(1, 100)), "also past its ttl");
    assert!(create(&world, &row(1, 200), 101));
    assert_eq!(load(), Some(row(1, 200)));
    world.set_rows(BTreeMap::new());
    assert_eq!(load(), None);
}

#[test]
fn a_row_is_replaced_only_at_its_version() {
    let world = world(|_| {});
    assert!(!update(&world, &row(2, 100), 1), "there is none");
    assert!(create(&world, &row(1, 100), 50));
    assert!(!update(&world, &row(3, 100), 2));
    assert!(update(&world, &row(2, 100), 1));
    assert!(!update(&world, &row(2, 100), 1), "once");
    assert_eq!(world.rows()["c"], row(2, 100));
}

#[test]
fn somebody_can_be_first() {
    let world = Arc::new(world(|_| {}));
    assert!(create(&world, &row(1, 100), 50));
    let other = Arc::clone(&world);
    world.race_next_update(move || assert!(update(&other, &row(2, 900), 1)));
    assert!(!update(&world, &row(2, 100), 1));
    assert_eq!(world.rows()["c"], row(2, 900));
    assert!(update(&world, &row(3, 100), 2), "once");
    world.before_next_update(Box::new(BTreeMap::clear));
    assert!(!update(&world, &row(4, 100), 3));
    assert_eq!(world.rows().len(), 0);
}

#[test]
fn keys_rotate() {
    let world = world(|_| {});
    let keys = world.ports().sealing_keys;
    let current = || block_on(keys.current(soon(&world))).unwrap();
    let first = current();
    assert_eq!(first.id(), "dev-1");
    world.rotate_sealing_key("dev-2", [7; 32]);
    assert_eq!(current().id(), "dev-2");
    let by_id = |id| block_on(keys.by_id(id, soon(&world))).unwrap();
    assert_eq!(by_id("dev-1"), Some(first));
    world.forget_sealing_key("dev-1");
    assert_eq!(by_id("dev-1"), None);
}
