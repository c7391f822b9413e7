//! The login that the service is meant to have: enough for every route, and no more.

use harvest_ivr::routes::issuers::Reading;
use postgres::{Client, NoTls};
use serde_json::json;

use super::Test;
use super::world::*;

pub(crate) const TESTS: &[Test] =
    &[("the_services_own_login_is_enough_for_every_route_and_for_nothing_else", own_login)];

fn own_login(world: &mut World) {
    let login = world.login();
    let url = world.database.replace("postgres@", &format!("{login}@"));
    world.serve(&url, Reading::default());
    every_route(world);
    let mut client = Client::connect(&url, NoTls).unwrap();
    for sql in [
        "SELECT content FROM sequent_backend.cast_vote",
        "SELECT voter_id_string FROM sequent_backend.cast_vote",
        "SELECT voter_id FROM sequent_backend.ivr_call_log",
        "SELECT phone_number FROM sequent_backend.ivr_phone_blacklist",
        "SELECT * FROM sequent_backend.ivr_phone_blacklist_audit",
        "DELETE FROM sequent_backend.ivr_phone_blacklist_audit",
        "UPDATE sequent_backend.ivr_phone_blacklist SET created_by = 'x'",
        "UPDATE sequent_backend.ivr_call_log SET votes = 1",
        "SELECT * FROM sequent_backend.ivr_raw_export",
        "INSERT INTO sequent_backend.cast_vote (tenant_id) VALUES (gen_random_uuid())",
    ] {
        let error = client.batch_execute(sql).unwrap_err();
        assert_eq!(error.code().unwrap().code(), "42501", "{sql}");
    }
    drop(client);
    world.run(&format!("DROP OWNED BY {login}"));
}

fn every_route(world: &mut World) {
    let caller = world.call(TENANT, EVENT, "a", Some(NUMBER));
    let body = json!({"phone_number": OTHER_NUMBER, "election_event_id": EVENT, "reason": "r"});
    let entry = world.post("/blacklist", body.clone());
    let path = format!("/blacklist/{}", entry.json()["id"].as_str().unwrap());
    let event = format!("election_event_id={EVENT}");
    let statuses = [
        entry.status,
        world.post("/blacklist", body).status,
        world.get(&format!("/blacklist?{event}")).status,
        world.ask("PATCH", &path, Some(json!({"reason": "s"}))).status,
        world.ask("DELETE", &path, None).status,
        world.get(&format!("/calls?{event}&last_four=0123")).status,
        world.get(&format!("/calls/export?{event}")).status,
        world.post(&format!("/calls/{caller}/blacklist"), json!({"scope": "tenant"})).status,
        world
            .post("/calls/export/raw", json!({"election_event_id": EVENT, "purpose": "test"}))
            .status,
        world.get(&format!("/ballots-by-channel?{event}")).status,
        world.get(&format!("/ballots-by-channel?{event}&election_id={ELECTION}")).status,
    ];
    assert_eq!(statuses, [201, 409, 200, 200, 204, 200, 200, 201, 200, 200, 200]);
    let trail = world.trail();
    assert!(trail.ends_with("insert application ada 0123 - -"), "{trail}");
}
