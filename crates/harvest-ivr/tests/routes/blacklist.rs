//! The blacklist: spellings, scopes, pages, reasons, and the trace.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Test;
use super::tokens::FIRST;
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("numbers_in_every_spelling_are_one_number", spellings),
    ("what_is_no_number_is_refused_and_not_repeated", no_numbers),
    ("a_number_has_one_entry_in_each_scope", scopes),
    ("events_of_others_are_no_events", foreign_events),
    ("entries_are_listed_newest_first_in_pages", pages),
    ("entries_of_another_tenant_are_not_there", other_tenant),
    ("an_entry_is_annotated", annotated),
    ("an_entry_is_deleted_once", deleted),
    ("every_change_leaves_a_trace_with_the_person", trace),
    ("reasons_have_limits", reasons),
    ("eight_at_once_add_a_number_once", at_once),
    ("bodies_are_json_of_this_route_and_not_too_large", bodies),
    ("queries_name_the_field_that_is_wrong", queries),
];

fn add(world: &World, number: &str, event: Option<&str>) -> Value {
    let body = json!({"phone_number": number, "election_event_id": event});
    let answer = world.post("/blacklist", body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn spellings(world: &mut World) {
    for (text, region) in [
        ("+15195550123", None),
        ("+1 519 555 0123", None),
        ("+1 (519) 555-0123", None),
        ("+1.519.555.0123", None),
        ("  +15195550123  ", None),
        ("5195550123", Some("CA")),
        ("(519) 555-0123", Some("ca")),
        ("1 519 555 0123", Some("US")),
        ("+1 519 555 0123", Some("FR")),
    ] {
        let answer = world.post("/blacklist", json!({"phone_number": text, "region": region}));
        assert_eq!(answer.status, 201, "{text:?} {}", answer.text());
        let entry = answer.json();
        assert_eq!(entry["masked_number"], "+1 ***-***-0123", "{text:?}");
        let stored = "SELECT phone_number FROM sequent_backend.ivr_phone_blacklist";
        assert_eq!(world.value(stored), NUMBER, "{text:?}");
        let path = format!("/blacklist/{}", entry["id"].as_str().unwrap());
        assert_eq!(world.ask("DELETE", &path, None).status, 204);
    }
    let french = json!({"phone_number": "01 99 00 12 34", "region": "FR"});
    assert_eq!(world.post("/blacklist", french).json()["masked_number"], "+33 ***-***-1234");
}

fn no_numbers(world: &mut World) {
    for text in [
        "",
        " ",
        "anonymous",
        "+",
        "12",
        "+151955",
        "5195550123",
        "+05195550123",
        "+1234567890123456",
        "sip:5195550123@example",
        "+1519555012a",
        &format!("+15195550123{}", " ".repeat(100)),
        "+15195550123\u{0}",
        "５１９５５５０１２３",
    ] {
        let answer = world.post("/blacklist", json!({"phone_number": text}));
        assert_eq!(answer.refusal(), "400 InvalidField phone_number", "{text:?}");
    }
    for region in ["", "CAN", "1", "C1", "é"] {
        let answer = world.post("/blacklist", json!({"phone_number": NUMBER, "region": region}));
        assert_eq!(answer.refusal(), "400 InvalidField region", "{region:?}");
    }
    for phone_number in [json!(15_195_550_123_u64), json!(null), json!(["+15195550123"]), json!({})]
    {
        let answer = world.post("/blacklist", json!({ "phone_number": phone_number }));
        assert_eq!(answer.refusal(), "400 InvalidField phone_number");
    }
    assert_eq!(world.value("SELECT count(*) FROM sequent_backend.ivr_phone_blacklist"), "0");
}

fn scopes(world: &mut World) {
    for event in [None, Some(EVENT), Some(OTHER_EVENT)] {
        let entry = add(world, NUMBER, event);
        assert_eq!(entry["election_event_id"].as_str(), event);
    }
    for event in [None, Some(EVENT), Some(OTHER_EVENT)] {
        for spelling in [NUMBER, "+1 519-555-0123"] {
            let body = json!({"phone_number": spelling, "election_event_id": event});
            assert_eq!(world.post("/blacklist", body).refusal(), "409 AlreadyListed");
        }
    }
    let body = Some(json!({"phone_number": NUMBER}));
    assert_eq!(world.ask_as(&stranger(), "POST", "/blacklist", body).status, 201);
}

fn foreign_events(world: &mut World) {
    let mut answers = BTreeSet::new();
    for event in [FOREIGN_EVENT, NOWHERE] {
        let body = json!({"phone_number": NUMBER, "election_event_id": event});
        let answer = world.post("/blacklist", body);
        assert_eq!(answer.refusal(), "404 NotFound");
        answers.insert(answer.body);
        let answer = world.get(&format!("/blacklist?election_event_id={event}"));
        assert_eq!(answer.refusal(), "404 NotFound");
        answers.insert(answer.body);
    }
    assert_eq!(answers.len(), 1);
    let body = json!({"phone_number": NUMBER, "election_event_id": "first"});
    assert_eq!(world.post("/blacklist", body).refusal(), "400 InvalidField election_event_id");
    // A tenant that the database does not have.
    world.run(&format!(
        "DELETE FROM sequent_backend.election_event WHERE tenant_id = '{OTHER_TENANT}';
         DELETE FROM sequent_backend.tenant WHERE id = '{OTHER_TENANT}'"
    ));
    let body = Some(json!({"phone_number": NUMBER}));
    let answer = world.ask_as(&stranger(), "POST", "/blacklist", body);
    assert_eq!(answer.refusal(), "404 NotFound");
}

fn last_four(page: &Value) -> Vec<String> {
    let entries = page["entries"].as_array().unwrap();
    let four = |entry: &Value| entry["masked_number"].as_str().unwrap()[11..].to_owned();
    entries.iter().map(four).collect()
}

fn pages(world: &mut World) {
    // Several in one transaction have one time: the id decides.
    world.run(&format!(
        "INSERT INTO sequent_backend.ivr_phone_blacklist (phone_number, tenant_id)
         SELECT '+1519555' || to_char(n, 'FM0000'), '{TENANT}' FROM generate_series(100, 106) n"
    ));
    add(world, "+15195550107", Some(EVENT));
    add(world, "+15195550108", Some(OTHER_EVENT));
    let whole = last_four(&world.get("/blacklist").json());
    assert_eq!(whole.len(), 9);
    assert_eq!(whole[..2], ["0108", "0107"]);
    for limit in [1, 2, 4, 8, 9, 10] {
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("/blacklist?limit={limit}{next}")).json();
            let rows = last_four(&page);
            assert!((1..=limit).contains(&rows.len()), "{limit}");
            seen.extend(rows);
            match page["next"].as_str() {
                Some(place) => next = format!("&after={place}"),
                None => break,
            }
        }
        assert_eq!(seen, whole, "{limit} at a time");
    }
    let of_event = last_four(&world.get(&format!("/blacklist?election_event_id={EVENT}")).json());
    assert_eq!(of_event[0], "0107", "its own, and those of every event");
    assert_eq!(of_event.len(), 8);
}

fn other_tenant(world: &mut World) {
    let entry = add(world, NUMBER, None);
    let path = format!("/blacklist/{}", entry["id"].as_str().unwrap());
    let seen = world.ask_as(&stranger(), "GET", "/blacklist", None).json();
    assert_eq!(seen, json!({"entries": [], "next": null}));
    let unknown = format!("/blacklist/{NOWHERE}");
    for (method, body) in [("PATCH", Some(json!({"reason": "mine"}))), ("DELETE", None)] {
        let others = world.ask_as(&stranger(), method, &path, body.clone());
        let nobodys = world.ask_as(&stranger(), method, &unknown, body.clone());
        let none = world.ask_as(&stranger(), method, "/blacklist/+1", body);
        assert_eq!(others.refusal(), "404 NotFound");
        assert!(others.body == nobodys.body && others.body == none.body);
    }
    assert_eq!(world.get("/blacklist").json()["entries"][0]["reason"], Value::Null);
}

fn annotated(world: &mut World) {
    let entry = add(world, NUMBER, Some(EVENT));
    let path = format!("/blacklist/{}", entry["id"].as_str().unwrap());
    for (reason, kept) in [
        (json!("  threats  "), json!("threats")),
        (json!("=1+1"), json!("=1+1")),
        (json!(null), json!(null)),
    ] {
        let answer = world.ask("PATCH", &path, Some(json!({ "reason": reason })));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut expected = entry.clone();
        expected["reason"] = kept;
        assert_eq!(answer.json(), expected);
        assert_eq!(world.get("/blacklist").json()["entries"][0], expected);
    }
    for (body, field) in [
        (json!({}), "reason"),
        (json!({"reason": "r", "phone_number": OTHER_NUMBER}), "phone_number"),
        (json!({"reason": 7}), "reason"),
    ] {
        let answer = world.ask("PATCH", &path, Some(body));
        assert_eq!(answer.refusal(), format!("400 InvalidField {field}"));
    }
}

fn deleted(world: &mut World) {
    let entry = add(world, NUMBER, None);
    let path = format!("/blacklist/{}", entry["id"].as_str().unwrap());
    assert_eq!(world.ask("DELETE", &path, None).status, 204);
    assert_eq!(world.ask("DELETE", &path, None).refusal(), "404 NotFound");
    let annotation = Some(json!({"reason": "late"}));
    assert_eq!(world.ask("PATCH", &path, annotation).refusal(), "404 NotFound");
    add(world, NUMBER, None);
}

fn trace(world: &mut World) {
    let body = json!({"phone_number": NUMBER, "reason": "first"});
    let entry = world.post("/blacklist", body).json();
    assert_eq!(entry["created_by"], "ada");
    let path = format!("/blacklist/{}", entry["id"].as_str().unwrap());
    let ben = FIRST.token(&claims(TENANT, "ben", &[MANAGE]));
    world.ask_as(&ben, "PATCH", &path, Some(json!({"reason": "second"})));
    world.ask("DELETE", &path, None);
    // What is refused leaves none, and the next on the same connection is not taken for the last.
    world.post("/blacklist", json!({"phone_number": "no number"}));
    world.ask_as(&ben, "DELETE", &path, None);
    assert_eq!(
        world.trail(),
        "insert application ada 0123 - first, update application ben 0123 first second, \
         delete application ada 0123 second -"
    );
    let long = "x".repeat(200);
    let token = FIRST.token(&claims(TENANT, &long, &[MANAGE]));
    let body = Some(json!({"phone_number": OTHER_NUMBER}));
    assert_eq!(world.ask_as(&token, "POST", "/blacklist", body).json()["created_by"], long);
    for user in ["x".repeat(201), "a\nb".to_owned()] {
        let token = FIRST.token(&claims(TENANT, &user, &[MANAGE]));
        assert_eq!(world.ask_as(&token, "GET", "/blacklist", None).status, 401);
    }
}

fn reasons(world: &mut World) {
    let with = |reason: &str| json!({"phone_number": NUMBER, "reason": reason});
    for bad in ["", "   ", &"x".repeat(501), "a\u{0}b", "a\nb", "\u{1b}[31mred"] {
        assert_eq!(
            world.post("/blacklist", with(bad)).refusal(),
            "400 InvalidField reason",
            "{bad:?}"
        );
    }
    // Five hundred characters, not bytes.
    let long = "é".repeat(500);
    assert_eq!(world.post("/blacklist", with(&long)).json()["reason"], long);
}

fn at_once(world: &mut World) {
    let body = json!({"phone_number": NUMBER});
    let statuses = world.at_once(8, "POST", "/blacklist", Some(&body));
    let count = |status| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((count(201), count(409)), (1, 7), "{statuses:?}");
    assert_eq!(world.trail(), "insert application ada 0123 - -");
}

fn bodies(world: &mut World) {
    let token = format!("Bearer {}", admin());
    let headers = [("authorization", token.as_str())];
    let good = json!({"phone_number": NUMBER}).to_string();
    let send = |kind: &str, body: &str| {
        world.send("POST", "/blacklist", &headers, Some((kind, body.as_bytes().to_vec()))).refusal()
    };
    for kind in ["text/plain", "", "application/x-www-form-urlencoded", "application/jsonx"] {
        assert_eq!(send(kind, &good), "415 UnsupportedMediaType", "{kind}");
    }
    for body in ["", "{", "null x", &format!("{good} {good}"), "\u{feff}{}", "+15195550123"] {
        assert_eq!(send("application/json", body), "400 InvalidBody", "{body}");
    }
    for body in ["null", "7", "\"+15195550123\"", "true"] {
        assert_eq!(send("application/json", body), "400 InvalidBody", "{body}");
    }
    let twice = format!("{{\"phone_number\": \"{NUMBER}\", \"phone_number\": \"{OTHER_NUMBER}\"}}");
    assert_eq!(send("application/json", &twice), "400 InvalidField phone_number");
    assert_eq!(send("application/json", "{}"), "400 InvalidField phone_number");
    // A name that somebody sent is repeated only if it looks like a name.
    let named = format!("{{\"{NUMBER}\": 1}}");
    assert_eq!(send("application/json", &named), "400 InvalidField ?");
    // 64 KiB, and one byte more.
    for (size, refusal) in [(65_536, "400 InvalidField reason"), (65_537, "413 BodyTooLarge")] {
        let frame = json!({"phone_number": NUMBER, "reason": ""}).to_string().len();
        let reason = "x".repeat(size - frame);
        let body = json!({"phone_number": NUMBER, "reason": reason}).to_string();
        assert_eq!(send("application/json", &body), refusal, "{size}");
    }
    let kind = "Application/JSON; charset=utf-8";
    let answer = world.send("POST", "/blacklist", &headers, Some((kind, good.into_bytes())));
    assert_eq!(answer.status, 201);
}

fn queries(world: &mut World) {
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=1&limit=2", "limit"),
        ("after=x", "after"),
        ("after=1.x", "after"),
        // A moment that no database holds.
        ("after=-346223808000000000.00000000-0000-4000-8000-00000000000a", "after"),
        ("after=99999999999999999999.00000000-0000-4000-8000-00000000000a", "after"),
        ("election_event_id=x", "election_event_id"),
        ("phone_number=%2B15195550123", "phone_number"),
        ("%2B15195550123=1", "?"),
    ] {
        let answer = world.get(&format!("/blacklist?{query}"));
        assert_eq!(answer.refusal(), format!("400 InvalidField {field}"), "{query}");
    }
    assert_eq!(world.get("/blacklist?limit=500").status, 200);
    assert_eq!(world.get("/blacklist?").status, 200);
}
