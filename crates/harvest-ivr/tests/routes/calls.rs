//! The call log: what is shown, what is not, and from a line to the blacklist.

use serde_json::{Value, json};

use super::Test;
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("a_line_is_a_caller_without_a_digit_of_the_number", lines),
    ("lines_are_filtered", filters),
    ("lines_come_in_pages_last_caller_first", pages),
    ("calls_of_another_tenant_are_not_there", other_tenant),
    ("a_caller_goes_to_the_blacklist_unseen", added),
    ("callers_that_are_not_there_are_one_answer", one_answer),
    ("what_is_sent_with_a_caller_is_checked", checked),
];

fn ids(answer: &Value) -> Vec<String> {
    let lines = answer["callers"].as_array().unwrap();
    lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

fn lines(world: &mut World) {
    let caller = world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.call(TENANT, EVENT, "b", Some(NUMBER));
    let withheld = world.call(TENANT, EVENT, "c", None);
    let other = world.call(TENANT, OTHER_EVENT, "d", Some("+33199005555"));
    world.run(
        "UPDATE sequent_backend.ivr_call_log SET stage = 'logged_in' WHERE contact_id = 'b';
         UPDATE sequent_backend.ivr_call_log SET votes = 2, voter_id = 'voter-1' WHERE contact_id = 'b'",
    );
    world.expire("a");
    let page = world.get("/calls").json();
    assert_eq!(page["next"], Value::Null);
    assert_eq!(ids(&page), [other.clone(), withheld.clone(), caller.clone()]);
    let shown = |line: &Value| {
        ["masked_number", "country", "calls", "abandoned_calls", "votes", "election_event_id"]
            .map(|name| line[name].clone())
    };
    let lines = page["callers"].as_array().unwrap();
    assert_eq!(
        shown(&lines[0]),
        [json!("+33 ***-***-****"), json!("+33"), json!(1), json!(0), json!(0), json!(OTHER_EVENT)]
    );
    assert_eq!(
        shown(&lines[1]),
        [json!("withheld"), json!(null), json!(1), json!(0), json!(0), json!(EVENT)]
    );
    assert_eq!(
        shown(&lines[2]),
        [json!("+1 ***-***-****"), json!("+1"), json!(2), json!(1), json!(2), json!(EVENT)]
    );
    // Not the last four either, nor who voted.
    let columns = ["masked_number", "country"].map(|name| lines[2][name].to_string()).concat();
    assert!(!columns.contains("0123") && !page.to_string().contains("voter-1"));
}

fn filters(world: &mut World) {
    let mut call = |contact: &str, event: &str, number: &str, at: &str| {
        let id = world.call(TENANT, event, contact, Some(number));
        world.run(&format!(
            "SET session_replication_role = replica;
             UPDATE sequent_backend.ivr_call_log SET started_at = '{at}' WHERE contact_id = '{contact}';
             SET session_replication_role = DEFAULT;"
        ));
        id
    };
    let one = call("a", EVENT, NUMBER, "2026-05-01T10:00:00Z");
    let two = call("b", EVENT, OTHER_NUMBER, "2026-05-01T11:00:00Z");
    let three = call("c", OTHER_EVENT, "+33199005555", "2026-05-01T12:00:00Z");
    let none: [&String; 0] = [];
    for (query, found) in [
        (String::new(), vec![&three, &two, &one]),
        (format!("election_event_id={EVENT}"), vec![&two, &one]),
        ("country=%2B33".to_owned(), vec![&three]),
        ("country=%2B3".to_owned(), none.to_vec()),
        ("last_four=0123".to_owned(), vec![&one]),
        ("last_four=9999".to_owned(), none.to_vec()),
        ("from=2026-05-01T11:00:00Z".to_owned(), vec![&three, &two]),
        ("until=2026-05-01T11:00:00Z".to_owned(), vec![&one]),
        ("from=2026-05-01T10:00:00Z&until=2026-05-01T12:00:00Z".to_owned(), vec![&two, &one]),
        // The same moment, said in Toronto.
        ("from=2026-05-01T07:00:00-04:00".to_owned(), vec![&three, &two]),
        ("from=2026-05-01T13:00:00%2B02:00".to_owned(), vec![&three, &two]),
    ] {
        let seen = ids(&world.get(&format!("/calls?{query}")).json());
        assert_eq!(seen.iter().collect::<Vec<_>>(), found, "{query}");
    }
    world.expire("a");
    assert_eq!(ids(&world.get("/calls?last_four=0123").json()), none.map(String::clone));
    for (query, field) in [
        ("last_four=123", "last_four"),
        ("last_four=5195550123", "last_four"),
        ("last_four=____", "last_four"),
        ("last_four=%2B151", "last_four"),
        ("country=1", "country"),
        ("country=+1", "country"),
        ("country=%2B1519", "country"),
        ("from=yesterday", "from"),
        ("from=2026-05-01T13:00:00+02:00", "from"),
        ("from=2026-05-02T00:00:00Z&until=2026-05-01T00:00:00Z", "from"),
        ("phone=%2B15195550123", "phone"),
        // Beyond what a database holds.
        ("from=-9000-01-01T00:00:00Z", "from"),
        ("from=-262143-01-01T00:00:00Z", "from"),
        ("until=-9000-01-01T00:00:00Z", "until"),
        ("until=2101-01-01T00:00:00Z", "until"),
    ] {
        for path in ["/calls", "/calls/export"] {
            let answer = world.get(&format!("{path}?{query}"));
            assert_eq!(answer.refusal(), format!("400 InvalidField {field}"), "{path} {query}");
        }
    }
}

fn pages(world: &mut World) {
    for n in 0..7 {
        world.call(TENANT, EVENT, &format!("c{n}"), Some(&format!("+1519555010{n}")));
    }
    // Some at the same moment.
    world.run(
        "SET session_replication_role = replica;
         UPDATE sequent_backend.ivr_call_log SET started_at = '2026-05-01T10:00:00Z'
          WHERE contact_id IN ('c1', 'c3', 'c4', 'c6');
         SET session_replication_role = DEFAULT;",
    );
    let whole = ids(&world.get("/calls").json());
    assert_eq!(whole.len(), 7);
    for limit in [1, 3, 6, 7] {
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("/calls?limit={limit}{next}")).json();
            seen.extend(ids(&page));
            match page["next"].as_str() {
                Some(place) => next = format!("&after={place}"),
                None => break,
            }
        }
        assert_eq!(seen, whole, "{limit} at a time");
    }
}

fn other_tenant(world: &mut World) {
    world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.call(OTHER_TENANT, FOREIGN_EVENT, "b", Some(OTHER_NUMBER));
    assert_eq!(ids(&world.get("/calls").json()).len(), 1);
    let mut bodies = std::collections::BTreeSet::new();
    for event in [FOREIGN_EVENT, NOWHERE] {
        for path in ["/calls", "/calls/export"] {
            let answer = world.get(&format!("{path}?election_event_id={event}"));
            assert_eq!(answer.refusal(), "404 NotFound");
            bodies.insert(answer.body);
        }
    }
    assert_eq!(bodies.len(), 1);
}

fn added(world: &mut World) {
    let caller = world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.call(TENANT, EVENT, "b", Some(NUMBER));
    let path = format!("/calls/{caller}/blacklist");
    for (scope, event) in [("event", json!(EVENT)), ("tenant", json!(null))] {
        let body = json!({"scope": scope, "reason": "threats"});
        let answer = world.post(&path, body.clone());
        assert_eq!(answer.status, 201, "{}", answer.text());
        let entry = answer.json();
        assert_eq!(entry["masked_number"], "+1 ***-***-0123");
        assert_eq!(entry["election_event_id"], event);
        assert_eq!((&entry["created_by"], &entry["reason"]), (&json!("ada"), &json!("threats")));
        assert_eq!(world.post(&path, body).refusal(), "409 AlreadyListed");
    }
    let stored =
        "SELECT string_agg(DISTINCT phone_number, ',') FROM sequent_backend.ivr_phone_blacklist";
    assert_eq!(world.value(stored), NUMBER);
    assert_eq!(
        world.trail(),
        "insert application ada 0123 - threats, insert application ada 0123 - threats"
    );
}

fn one_answer(world: &mut World) {
    let expired = world.call(TENANT, EVENT, "a", Some(NUMBER));
    world.expire("a");
    let erased = world.call(TENANT, EVENT, "b", Some(OTHER_NUMBER));
    world.expire("b");
    world.run("SELECT sequent_backend.ivr_erase_expired_calls()");
    // The first one again, past its time but not yet erased.
    let late = world.call(TENANT, OTHER_EVENT, "c", Some(NUMBER));
    world.expire("c");
    let foreign = world.call(OTHER_TENANT, FOREIGN_EVENT, "d", Some(NUMBER));
    let withheld = world.call(TENANT, EVENT, "e", None);
    let mut seen = std::collections::BTreeSet::new();
    let nil = "00000000-0000-0000-0000-000000000000".to_owned();
    let contact = "a".to_owned();
    for id in [NOWHERE.to_owned(), expired, erased, late, foreign, withheld, nil, contact] {
        for scope in ["event", "tenant"] {
            let answer = world.post(&format!("/calls/{id}/blacklist"), json!({ "scope": scope }));
            assert_eq!(answer.refusal(), "404 NotFound", "{id}");
            let mut headers: Vec<_> = answer
                .headers
                .iter()
                .filter(|(name, _)| *name != "date")
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                .collect();
            headers.sort();
            seen.insert((answer.status, headers, answer.body));
        }
    }
    assert_eq!(seen.len(), 1, "to the byte, headers and all");
    assert_eq!(world.trail(), "NULL");
}

fn checked(world: &mut World) {
    let caller = world.call(TENANT, EVENT, "a", Some(NUMBER));
    let path = format!("/calls/{caller}/blacklist");
    for (body, field) in [
        (json!({}), "scope"),
        (json!({"scope": "world"}), "scope"),
        (json!({"scope": "event", "reason": ""}), "reason"),
        (json!({"scope": "event", "phone_number": OTHER_NUMBER}), "phone_number"),
        (json!({"scope": "event", "election_event_id": OTHER_EVENT}), "election_event_id"),
    ] {
        let answer = world.post(&path, body);
        assert_eq!(answer.refusal(), format!("400 InvalidField {field}"));
    }
    assert_eq!(world.trail(), "NULL");
}
