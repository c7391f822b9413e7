//! Who passes: every route with every kind of token that must not.

use serde_json::{Value, json};

use super::Test;
use super::document::all;
use super::tokens::{FIRST, NOBODYS, SECOND, message};
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("no_route_opens_without_an_accepted_token", refused),
    ("no_route_opens_without_its_permission", permissions),
    ("permission_and_tenant_come_from_the_token_and_from_nowhere_else", only_the_token),
    ("refusals_come_before_anything_is_read", before_reading),
    ("audience_is_not_looked_at_and_the_client_is", audience),
    ("one_tenants_realm_speaks_for_no_other_tenant", other_tenants_claims),
];

const HASURA: &str = "https://hasura.io/jwt/claims";

/// The claims of an administrator, with one thing different.
fn but(change: impl FnOnce(&mut Value)) -> Value {
    let mut claims = claims(TENANT, "ada", &[MANAGE, RAW, BALLOTS]);
    change(&mut claims);
    claims
}

/// Headers that must not be enough, with what they are.
fn bad_headers() -> Vec<(String, Vec<String>)> {
    let right = but(|_| {});
    let first = |change: fn(&mut Value)| FIRST.token(&but(change));
    let (good, signature) = (FIRST.token(&right), "c2lnbmF0dXJl");
    let body = good.rsplit_once('.').unwrap().0;
    let header = |header: Value| FIRST.with_header(&header, &right);
    let none = message(&json!({"alg": "none", "typ": "JWT", "kid": "first"}), &right);
    let tokens = [
        ("no JWT", "abc".to_owned()),
        ("nothing", String::new()),
        ("another's key under a known id", NOBODYS.token(&right)),
        ("another realm's key under its own id", SECOND.token(&right)),
        ("no signature", format!("{body}.")),
        ("a made-up signature", format!("{body}.{signature}")),
        ("alg none", format!("{none}.")),
        ("alg none, signed", format!("{none}.{signature}")),
        ("the public key as shared secret", FIRST.confused(&right)),
        ("RS512", FIRST.by_sha512(&right)),
        ("no kid", header(json!({"alg": "RS256", "typ": "JWT"}))),
        ("unknown kid", header(json!({"alg": "RS256", "typ": "JWT", "kid": "third"}))),
        (
            "a condition that nobody knows",
            header(json!({"alg": "RS256", "kid": "first", "crit": ["b64"], "b64": true})),
        ),
        ("expired", first(|c| c["exp"] = json!(1_000_000_000))),
        ("no expiry", first(|c| c["exp"] = Value::Null)),
        ("an expiry that is text", first(|c| c["exp"] = json!("4102444800"))),
        ("not yet", first(|c| c["nbf"] = json!(4_102_444_000_u64))),
        ("unknown issuer", first(|c| c["iss"] = json!("https://login.example/realms/other"))),
        ("no issuer", first(|c| c["iss"] = Value::Null)),
        (
            "known issuer with a slash",
            first(|c| {
                c["iss"] = json!(format!("{}/", c["iss"].as_str().unwrap()));
            }),
        ),
        ("the voter's client", first(|c| c["azp"] = json!("ivr-voting"))),
        ("the service's client", first(|c| c["azp"] = json!("ivr-service"))),
        ("no client", first(|c| c["azp"] = Value::Null)),
        ("an ID token", first(|c| c["typ"] = json!("ID"))),
        ("a refresh token", first(|c| c["typ"] = json!("Refresh"))),
        ("no claims of Hasura", first(|c| c[HASURA] = Value::Null)),
        ("no tenant", first(|c| c[HASURA]["x-hasura-tenant-id"] = Value::Null)),
        ("a tenant that is none", first(|c| c[HASURA]["x-hasura-tenant-id"] = json!("first"))),
        ("another tenant", first(|c| c[HASURA]["x-hasura-tenant-id"] = json!(OTHER_TENANT))),
        ("no user", first(|c| c[HASURA]["x-hasura-user-id"] = json!(""))),
        ("roles that are text", first(|c| c[HASURA]["x-hasura-allowed-roles"] = json!(MANAGE))),
        ("too long", first(|c| c["padding"] = json!("x".repeat(17_000)))),
    ];
    let mut bad: Vec<_> = tokens
        .into_iter()
        .map(|(what, token)| (what.to_owned(), vec![format!("Bearer {token}")]))
        .collect();
    bad.push(("no header".to_owned(), vec![]));
    bad.push(("another scheme".to_owned(), vec![format!("Basic {good}")]));
    bad.push(("no scheme".to_owned(), vec![good.clone()]));
    bad.push(("two headers".to_owned(), vec![format!("Bearer {good}"), format!("Bearer {good}")]));
    bad
}

fn refused(world: &mut World) {
    let bad = bad_headers();
    let mut bodies = std::collections::BTreeSet::new();
    for (method, path) in all() {
        let path = path.replace("{id}", NOWHERE);
        assert_ne!(world.ask(&method, &path, None).status, 401, "{method} {path}: the good one");
        for (what, values) in &bad {
            let headers: Vec<_> =
                values.iter().map(|value| ("authorization", value.as_str())).collect();
            let answer = world.send(&method, &path, &headers, None);
            assert_eq!(answer.refusal(), "401 Unauthorized", "{method} {path}: {what}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            bodies.insert(answer.body);
        }
    }
    assert_eq!(bodies.len(), 1, "nobody learns why");
}

/// The permission of an operation.
fn needed(path: &str) -> &'static str {
    match path {
        "/ballots-by-channel" => BALLOTS,
        "/calls/export/raw" => RAW,
        _ => MANAGE,
    }
}

fn permissions(world: &mut World) {
    for (method, path) in all() {
        let needed = needed(&path);
        let path = path.replace("{id}", NOWHERE);
        let others: Vec<_> = [
            MANAGE,
            RAW,
            BALLOTS,
            "admin",
            "user",
            "service-account",
            "can_read_phone_blacklist",
            "can_record_ivr_call",
        ]
        .into_iter()
        .filter(|role| *role != needed)
        .collect();
        for roles in [&[][..], &others] {
            let token = FIRST.token(&claims(TENANT, "ada", roles));
            let answer = world.ask_as(&token, &method, &path, None);
            assert_eq!(answer.refusal(), "403 Forbidden", "{method} {path} as {roles:?}");
            assert!(answer.text().contains(needed), "{}", answer.text());
        }
        let token = FIRST.token(&claims(TENANT, "ada", &[needed]));
        let answer = world.ask_as(&token, &method, &path, None);
        assert!(!matches!(answer.status, 401 | 403), "{method} {path}: {}", answer.status);
    }
}

fn only_the_token(world: &mut World) {
    world.post("/blacklist", json!({"phone_number": NUMBER}));
    let powerless = FIRST.token(&claims(TENANT, "ada", &[]));
    let sent = |token: &str| {
        [
            ("authorization", format!("Bearer {token}")),
            ("x-hasura-role", MANAGE.to_owned()),
            ("x-hasura-allowed-roles", MANAGE.to_owned()),
            ("x-hasura-tenant-id", TENANT.to_owned()),
            ("x-hasura-user-id", "somebody else".to_owned()),
            ("x-hasura-admin-secret", "secret".to_owned()),
        ]
    };
    let with = |token: &str, path: &str, world: &World| {
        let headers = sent(token);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        world.send("GET", path, &headers, None)
    };
    assert_eq!(with(&powerless, "/blacklist", world).refusal(), "403 Forbidden");
    let seen = with(&stranger(), "/blacklist", world);
    assert_eq!(seen.json()["entries"], json!([]), "the second tenant's list is empty");
    // Nor from the body or the query.
    let body = json!({"phone_number": OTHER_NUMBER, "tenant_id": OTHER_TENANT});
    assert_eq!(world.post("/blacklist", body).refusal(), "400 InvalidField tenant_id");
    let path = format!("/blacklist?tenant_id={OTHER_TENANT}");
    assert_eq!(world.get(&path).refusal(), "400 InvalidField tenant_id");
    let body = json!({"phone_number": OTHER_NUMBER, "created_by": "somebody else"});
    assert_eq!(world.post("/blacklist", body).refusal(), "400 InvalidField created_by");
}

fn before_reading(world: &mut World) {
    let powerless = format!("Bearer {}", FIRST.token(&claims(TENANT, "ada", &[])));
    for (method, path) in all() {
        let path = format!("{}?nonsense=1", path.replace("{id}", "x"));
        let body = || Some(("text/plain", vec![b'x'; 60_000]));
        assert_eq!(world.send(&method, &path, &[], body()).status, 401, "{method} {path}");
        let headers = [("authorization", powerless.as_str())];
        assert_eq!(world.send(&method, &path, &headers, body()).status, 403, "{method} {path}");
    }
}

fn audience(world: &mut World) {
    for audience in [json!("account"), json!(["a", "b"]), Value::Null, json!(7)] {
        let token = FIRST.token(&but(|claims| claims["aud"] = audience.clone()));
        assert_eq!(world.ask_as(&token, "GET", "/blacklist", None).status, 200, "{audience}");
    }
    let token = FIRST.token(&but(|claims| claims["azp"] = json!("account-console")));
    assert_eq!(world.ask_as(&token, "GET", "/blacklist", None).status, 401);
}

fn other_tenants_claims(world: &mut World) {
    // What passes through a Hasura that has the union of all keys (ADR 0054).
    let token = SECOND.token(&but(|_| {}));
    assert_eq!(world.ask_as(&token, "GET", "/blacklist", None).status, 401);
    let token = SECOND.token(&but(|claims| claims["iss"] = json!(issuer(OTHER_TENANT))));
    assert_eq!(world.ask_as(&token, "GET", "/blacklist", None).status, 401);
}
