//! JWT mode (facts 3), with keys made for the run.

use std::sync::Arc;

use hasura_standin::config::Config;
use hasura_standin::server::Server;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Client, SECRET};
use crate::tokens::{Key, KeySet, message, shared_secret_token};
use crate::{block_on, trial};
use test_servers::postgres::Postgres;

const NAMESPACE: &str = "https://hasura.io/jwt/claims";

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("jwt::methods", postgres, |postgres| block_on(methods(postgres))),
        trial("jwt::forgeries", postgres, |postgres| block_on(forgeries(postgres))),
        trial("jwt::claims_map", postgres, |postgres| block_on(claims_map(postgres))),
        trial("jwt::places_and_formats", postgres, |postgres| block_on(places(postgres))),
        trial("jwt::keys_change", postgres, |postgres| block_on(keys_change(postgres))),
        trial("jwt::keys_of_an_address", postgres, |postgres| block_on(address(postgres))),
    ]
}

async fn server(postgres: &Postgres, jwt: &Value) -> (Server, Client) {
    let config = Config {
        admin_secret: Some(SECRET.to_owned()),
        jwt_secret: Some(jwt.to_string()),
        ..Config::new(postgres.create_database().unwrap())
    };
    let server = Server::start(config).await.unwrap();
    let client = Client::new(&server);
    client
        .sql("CREATE TABLE note (id int PRIMARY KEY, owner text NOT NULL); INSERT INTO note VALUES (1, 'u1'), (2, 'u2')")
        .await;
    client.admin(&json!({ "type": "track_table", "args": { "name": "note" } })).await;
    for role in ["user", "editor"] {
        client
            .admin(&json!({ "type": "create_select_permission", "args": {
                "table": "note", "role": role,
                "permission": { "columns": ["id"], "filter": { "owner": "X-Hasura-User-Id" } } } }))
            .await;
    }
    (server, client)
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// Good claims, with `more` at the top.
fn claims(more: &Value) -> Value {
    let mut claims = json!({
        "sub": "1", "iat": now(), "exp": now() + 600,
        NAMESPACE: {
            "x-hasura-user-id": "u1",
            "x-hasura-allowed-roles": ["user", "editor"],
            "x-hasura-default-role": "user",
        },
    });
    for (key, value) in more.as_object().unwrap() {
        claims[key] = value.clone();
    }
    claims
}

async fn ask(client: &Client, token: &str, more: &[(&str, &str)]) -> Value {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![("authorization", bearer.as_str())];
    headers.extend(more);
    client.query(&headers, "{ note { id } }").await
}

fn seen() -> Value {
    json!({ "data": { "note": [{ "id": 1 }] } })
}

fn refused(code: &str, message: &str) -> Value {
    json!({ "errors": [{ "message": message, "extensions": { "path": "$", "code": code } }] })
}

fn same(what: &str, actual: &Value, expected: &Value) -> Result<(), String> {
    if actual == expected { Ok(()) } else { Err(format!("{what}: {actual}, not {expected}")) }
}

/// The ten methods of facts 11.4, and their neighbours in facts 3.3.
async fn methods(postgres: &Postgres) -> Result<(), String> {
    let key = Key::new();
    let jwt = json!({ "type": "RS256", "key": key.pem(), "audience": ["us", "them"], "issuer": "https://id.example" });
    let (_server, client) = server(postgres, &jwt).await;
    let good = json!({ "aud": "us", "iss": "https://id.example" });
    let with = |more: Value| {
        let mut all = good.clone();
        for (name, value) in more.as_object().unwrap() {
            all[name] = value.clone();
        }
        key.token(&claims(&all))
    };
    let hasura = |object: Value| with(json!({ NAMESPACE: object }));

    same("valid", &ask(&client, &with(json!({})), &[]).await, &seen())?;
    let list = with(json!({ "aud": ["others", "them"] }));
    same("one audience of several", &ask(&client, &list, &[]).await, &seen())?;
    let role = [("x-hasura-role", "editor")];
    same("an allowed role", &ask(&client, &with(json!({})), &role).await, &seen())?;
    // Other headers are no session variables beside a token.
    let smuggled = [("x-hasura-user-id", "u2")];
    same("a smuggled variable", &ask(&client, &with(json!({})), &smuggled).await, &seen())?;

    let not_allowed = refused("access-denied", "Your requested role is not in allowed roles");
    let admin = [("x-hasura-role", "admin")];
    same("a role not allowed", &ask(&client, &with(json!({})), &admin).await, &not_allowed)?;
    let default =
        hasura(json!({ "x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "boss" }));
    same("a default not allowed", &ask(&client, &default, &[]).await, &not_allowed)?;

    let failures = [
        (
            "no allowed roles",
            hasura(json!({ "x-hasura-default-role": "user" })),
            "jwt-missing-role-claims",
            "JWT claim does not contain x-hasura-allowed-roles",
        ),
        (
            "allowed roles no list",
            hasura(json!({ "x-hasura-allowed-roles": "user", "x-hasura-default-role": "user" })),
            "jwt-invalid-claims",
            "invalid x-hasura-allowed-roles; should be a list of roles: parsing [] failed, expected Array, but encountered String",
        ),
        (
            "no default role",
            hasura(json!({ "x-hasura-allowed-roles": ["user"] })),
            "jwt-missing-role-claims",
            "JWT claim does not contain x-hasura-default-role",
        ),
        (
            "expired",
            with(json!({ "exp": now() - 5 })),
            "invalid-jwt",
            "Could not verify JWT: JWTExpired",
        ),
        (
            "audience",
            with(json!({ "aud": "you" })),
            "invalid-jwt",
            "Could not verify JWT: JWTNotInAudience",
        ),
        (
            "issuer",
            with(json!({ "iss": "https://evil.example" })),
            "invalid-jwt",
            "Could not verify JWT: JWTNotInIssuer",
        ),
        (
            "not yet",
            with(json!({ "nbf": now() + 60 })),
            "invalid-jwt",
            "Could not verify JWT: JWTNotYetValid",
        ),
        (
            "issued later",
            with(json!({ "iat": now() + 60 })),
            "invalid-jwt",
            "Could not verify JWT: JWTIssuedAtFuture",
        ),
        (
            "no namespace",
            with(json!({ NAMESPACE: null })).clone(),
            "jwt-invalid-claims",
            "expecting a json object when claims_format is json",
        ),
        (
            "a list in another claim",
            hasura(
                json!({ "x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user", "x-hasura-areas": ["a"] }),
            ),
            "jwt-invalid-claims",
            "x-hasura-* claims: parsing Text failed, expected String, but encountered Array",
        ),
    ];
    for (what, token, code, message) in failures {
        same(what, &ask(&client, &token, &[]).await, &refused(code, message))?;
    }
    let mut none = claims(&good);
    none.as_object_mut().unwrap().remove(NAMESPACE);
    let message = format!("claims key: '{NAMESPACE}' not found");
    same(
        "no claims",
        &ask(&client, &key.token(&none), &[]).await,
        &refused("jwt-invalid-claims", &message),
    )?;

    let other = Key::new().token(&claims(&good));
    let signature = refused("invalid-jwt", "Could not verify JWT: JWSError JWSInvalidSignature");
    same("a wrong key", &ask(&client, &other, &[]).await, &signature)?;
    let (status, _) = client
        .post(
            "/v1alpha1/graphql",
            &[("authorization", &format!("Bearer {other}"))],
            &json!({ "query": "{ note { id } }" }),
        )
        .await;
    same("its true status", &json!(status), &json!(401))?;
    // The secret is stronger than a token that is beside it.
    let both = [("x-hasura-admin-secret", SECRET)];
    same(
        "secret and token",
        &ask(&client, &other, &both).await,
        &json!({ "data": { "note": [{ "id": 1 }, { "id": 2 }] } }),
    )?;
    let wrong = [("x-hasura-admin-secret", "wrong")];
    let denied =
        refused("access-denied", "invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\"");
    same("a wrong secret", &ask(&client, &with(json!({})), &wrong).await, &denied)
}

/// `alg: none`, algorithm confusion, a payload changed, a token cut.
async fn forgeries(postgres: &Postgres) -> Result<(), String> {
    let key = Key::new();
    let set = KeySet::default();
    set.set(vec![key.jwk("k")]);
    let jwt = json!({ "jwk_url": set.serve("max-age=60").await });
    let by_address = server(postgres, &jwt).await;
    let by_key = server(postgres, &json!({ "type": "RS256", "key": key.pem() })).await;
    let good = key.token(&claims(&json!({})));
    let signature = good.rsplit_once('.').unwrap().1;
    let powerful = claims(
        &json!({ NAMESPACE: { "x-hasura-allowed-roles": ["admin"], "x-hasura-default-role": "admin" } }),
    );
    let none = |alg: &str| format!("{}.", message(&json!({ "alg": alg }), &powerful));
    let n = key.jwk("k")["n"].as_str().unwrap().to_owned();
    let header = json!({ "alg": "RS256" });
    let forged = [
        ("none", none("none")),
        ("None", none("None")),
        ("no algorithm", format!("{}.", message(&json!({}), &powerful))),
        ("the public key as a secret", shared_secret_token(key.pem().as_bytes(), &powerful)),
        ("the modulus as a secret", shared_secret_token(n.as_bytes(), &powerful)),
        ("another payload", format!("{}.{signature}", message(&header, &powerful))),
        (
            "another algorithm",
            format!("{}.{signature}", message(&json!({ "alg": "RS512" }), &powerful)),
        ),
        ("no signature", format!("{}.", message(&header, &powerful))),
        ("a way of signing the key is not for", key.token_by_sha512(&powerful)),
        ("a key of its own", Key::new().token(&powerful)),
    ];
    let expected = refused("invalid-jwt", "Could not verify JWT: JWSError JWSInvalidSignature");
    for (_server, client) in [&by_address, &by_key] {
        same("the good one", &ask(client, &good, &[]).await, &seen())?;
        for (what, token) in &forged {
            same(what, &ask(client, token, &[]).await, &expected)?;
        }
        for (what, token) in [("two parts", "a.b"), ("four parts", "a.b.c.d"), ("no JSON", "a.b.c")]
        {
            let answer = ask(client, token, &[]).await;
            same(what, &answer["errors"][0]["extensions"]["code"], &json!("invalid-jwt"))?;
        }
    }
    Ok(())
}

async fn claims_map(postgres: &Postgres) -> Result<(), String> {
    let key = Key::new();
    let jwt = json!({ "type": "RS256", "key": key.pem(), "claims_map": {
        "x-hasura-allowed-roles": { "path": "$.realm['the.roles']" },
        "x-hasura-default-role": "user",
        "x-hasura-user-id": { "path": "$.ids[1]" },
        "x-hasura-area": { "path": "$.area", "default": "none" },
    } });
    let (_server, client) = server(postgres, &jwt).await;
    let token = |ids: Value| {
        key.token(&json!({ "exp": now() + 60, "ids": ids, "realm": { "the.roles": ["user"] } }))
    };
    same("mapped", &ask(&client, &token(json!(["x", "u1"])), &[]).await, &seen())?;
    let missing =
        refused("jwt-invalid-claims", "JWT claim from claims_map, x-hasura-user-id not found");
    same("not there", &ask(&client, &token(json!(["x"])), &[]).await, &missing)
}

async fn places(postgres: &Postgres) -> Result<(), String> {
    let key = Key::new();
    let base = json!({ "type": "RS256", "key": key.pem() });
    let with = |more: Value| {
        let mut all = base.clone();
        for (name, value) in more.as_object().unwrap() {
            all[name] = value.clone();
        }
        all
    };
    let query = "{ note { id } }";
    let token = key.token(&claims(&json!({})));

    let (_one, client) =
        server(postgres, &with(json!({ "header": { "type": "Cookie", "name": "t" } }))).await;
    let cookie = format!("a=b; t={token}");
    same("cookie", &client.query(&[("cookie", &cookie)], query).await, &seen())?;

    let (_two, client) =
        server(postgres, &with(json!({ "header": { "type": "CustomHeader", "name": "X-Token" } })))
            .await;
    same("header", &client.query(&[("x-token", &token)], query).await, &seen())?;

    let text = with(
        json!({ "claims_namespace_path": "$.a['b.c']", "claims_format": "stringified_json", "allowed_skew": 30 }),
    );
    let (_three, client) = server(postgres, &text).await;
    let inner = claims(&json!({}))[NAMESPACE].to_string();
    let odd = |more: Value| {
        let mut all = json!({ "exp": now() - 5, "a": { "b.c": inner } });
        for (name, value) in more.as_object().unwrap() {
            all[name] = value.clone();
        }
        key.token(&all)
    };
    same(
        "a string at a path, within the leeway",
        &ask(&client, &odd(json!({})), &[]).await,
        &seen(),
    )?;
    let expected =
        refused("jwt-invalid-claims", "claims not found at claims_namespace_path: '$.a['b.c']'");
    same("nothing at the path", &ask(&client, &odd(json!({ "a": {} })), &[]).await, &expected)?;
    let expected =
        refused("jwt-invalid-claims", "expecting a string when claims_format is stringified_json");
    same("no string", &ask(&client, &odd(json!({ "a": { "b.c": {} } })), &[]).await, &expected)
}

/// A key that is added is known after the next fetch, one that is removed is not.
async fn keys_change(postgres: &Postgres) -> Result<(), String> {
    let (old, new) = (Key::new(), Key::new());
    let set = KeySet::default();
    let url = set.serve("no-cache").await;
    let (_server, client) = server(postgres, &json!({ "jwk_url": url })).await;
    let tokens = [old.token(&claims(&json!({}))), new.token(&claims(&json!({})))];
    let unknown = refused("invalid-jwt", "Could not verify JWT: JWSError JWSInvalidSignature");
    let none = refused("invalid-jwt", "Could not verify JWT: JWSError NoUsableKeys");
    same("no keys yet", &ask(&client, &tokens[0], &[]).await, &none)?;
    let mut other_use = new.jwk("b");
    other_use["use"] = json!("wrap");
    let steps = [
        (
            "the old key, the new one for something else",
            vec![old.jwk("a"), other_use],
            [&seen(), &unknown],
        ),
        ("both", vec![old.jwk("a"), json!({ "kty": "?" }), new.jwk("b")], [&seen(), &seen()]),
        ("the new one", vec![new.jwk("b")], [&unknown, &seen()]),
    ];
    for (what, keys, expected) in steps {
        set.set(keys);
        let before = set.asked();
        while set.asked() < before + 2 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        for (token, expected) in tokens.iter().zip(expected) {
            same(what, &ask(&client, token, &[]).await, expected)?;
        }
    }
    Ok(())
}

/// Without a header that says so, keys are never fetched again (facts 3.4).
async fn address(postgres: &Postgres) -> Result<(), String> {
    let key = Key::new();
    let set = KeySet::default();
    set.set(vec![key.jwk("k")]);
    let url = set.serve("private").await;
    let (_server, client) = server(postgres, &json!({ "jwk_url": url })).await;
    set.set(Vec::new());
    same(
        "the keys of the start",
        &ask(&client, &key.token(&claims(&json!({}))), &[]).await,
        &seen(),
    )?;
    same("asked once", &json!(set.asked()), &json!(1))
}
