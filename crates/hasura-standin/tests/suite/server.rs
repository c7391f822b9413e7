//! The server as such: health, metadata that outlives it, introspection, time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hasura_standin::config::Config;
use hasura_standin::server::Server;
use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::client::{Client, SECRET};
use crate::{block_on, trial};
use test_servers::postgres::Postgres;

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("server::metadata_outlives_a_restart", postgres, |p| block_on(restart(p))),
        trial("server::inconsistent_metadata", postgres, |p| block_on(inconsistent(p))),
        trial("server::introspection", postgres, |p| block_on(introspection(p))),
        trial("server::a_caller_who_goes_away_leaves_nothing", postgres, |p| block_on(gone(p))),
        trial("server::bad_configurations", postgres, |p| block_on(bad(p))),
    ]
}

const ADMIN: [(&str, &str); 1] = [("x-hasura-admin-secret", SECRET)];

fn config(database: &str) -> Config {
    Config { admin_secret: Some(SECRET.to_owned()), ..Config::new(database) }
}

async fn started(database: &str) -> (Server, Client) {
    let server = Server::start(config(database)).await.unwrap();
    let client = Client::new(&server);
    (server, client)
}

fn same(what: &str, actual: &Value, expected: &Value) -> Result<(), String> {
    if actual == expected { Ok(()) } else { Err(format!("{what}: {actual}, not {expected}")) }
}

fn metadata(tables: &Value) -> Value {
    json!({ "version": 3, "sources": [{ "name": "backend-db", "kind": "postgres", "tables": tables,
        "configuration": { "connection_info": { "database_url": { "from_env": "X" } } } }] })
}

async fn restart(postgres: &Postgres) -> Result<(), String> {
    let database = postgres.create_database().unwrap();
    let (server, client) = started(&database).await;
    same("health", &json!(client.get("/healthz").await), &json!([200, "OK"]))?;
    let (_, version) = client.get("/v1/version").await;
    if !version.contains("hasura-standin") {
        return Err(format!("it calls itself {version}"));
    }
    let run = json!({ "type": "run_sql", "args": { "source": "backend-db", "sql": "CREATE SCHEMA s; CREATE TABLE s.t (id int PRIMARY KEY)", "check_metadata_consistency": false } });
    client.post("/v2/query", &ADMIN, &run).await;
    let table = json!([{ "table": { "schema": "s", "name": "t" }, "select_permissions": [
        { "role": "r", "permission": { "columns": ["id"], "filter": {} }, "comment": "kept" }] }]);
    let body = json!({ "type": "replace_metadata", "version": 2, "args": { "metadata": metadata(&table) } });
    let (_, answer) = client.post("/v1/metadata", &ADMIN, &body).await;
    same("replaced", &answer, &json!({ "is_consistent": true, "inconsistent_objects": [] }))?;
    let state = json!({ "type": "set_catalog_state", "args": { "type": "cli", "state": { "migrations": { "backend-db": { "1": false } } } } });
    client.post("/v1/metadata", &ADMIN, &state).await;
    server.stop().await.unwrap();

    let (_server, client) = started(&database).await;
    let role = [ADMIN[0], ("x-hasura-role", "r")];
    same(
        "still there",
        &client.query(&role, "{ s_t { id } }").await,
        &json!({ "data": { "s_t": [] } }),
    )?;
    let (_, exported) = client
        .post(
            "/v1/metadata",
            &ADMIN,
            &json!({ "type": "export_metadata", "version": 2, "args": {} }),
        )
        .await;
    let permission = &exported["metadata"]["sources"][0]["tables"][0]["select_permissions"][0];
    same("what is not read is kept", &permission["comment"], &json!("kept"))?;
    let (_, state) = client
        .post("/v1/metadata", &ADMIN, &json!({ "type": "get_catalog_state", "args": {} }))
        .await;
    same(
        "state of the tools",
        &state["cli_state"]["migrations"]["backend-db"]["1"],
        &json!(false),
    )?;
    let stale = json!({ "type": "clear_metadata", "resource_version": 1, "args": {} });
    let (status, answer) = client.post("/v1/metadata", &ADMIN, &stale).await;
    same("a stale version", &json!([status, answer["code"]]), &json!([409, "conflict"]))
}

async fn inconsistent(postgres: &Postgres) -> Result<(), String> {
    let (_server, client) = started(&postgres.create_database().unwrap()).await;
    client.sql("CREATE TABLE here (id int PRIMARY KEY)").await;
    let tables = json!([{ "table": "here" }, { "table": "foobar" }]);
    let refused = json!({ "type": "replace_metadata", "version": 2, "args": { "metadata": metadata(&tables) } });
    let (status, answer) = client.post("/v1/metadata", &ADMIN, &refused).await;
    same(
        "refused",
        &json!([status, answer["code"], answer["error"]]),
        &json!([400, "unexpected", "cannot continue due to inconsistent metadata"]),
    )?;
    let allowed = json!({ "type": "replace_metadata", "args": { "allow_inconsistent_metadata": true, "metadata": metadata(&tables) } });
    let (_, answer) = client.post("/v1/metadata", &ADMIN, &allowed).await;
    let one = json!({ "type": "table", "name": "table foobar in source backend-db",
        "reason": "Inconsistent object: no such table/view exists in source: \"foobar\"",
        "definition": { "schema": "public", "name": "foobar" } });
    same("allowed", &answer, &json!({ "is_consistent": false, "inconsistent_objects": [one] }))?;
    same(
        "health",
        &json!(client.get("/healthz").await),
        &json!([200, "WARN: inconsistent objects in schema"]),
    )?;
    same(
        "strict health",
        &json!(client.get("/healthz?strict=true").await),
        &json!([500, "ERROR: inconsistent objects in schema"]),
    )?;
    // Behind its back it is made good; a reload sees it.
    client.sql("CREATE TABLE foobar (id int PRIMARY KEY)").await;
    let (_, answer) = client
        .post("/v1/metadata", &ADMIN, &json!({ "type": "reload_metadata", "args": {} }))
        .await;
    same("reloaded", &answer, &json!({ "message": "success", "is_consistent": true }))?;
    same(
        "now it is there",
        &client.query(&ADMIN, "{ foobar { id } }").await,
        &json!({ "data": { "foobar": [] } }),
    )
}

async fn introspection(postgres: &Postgres) -> Result<(), String> {
    let (_server, client) = started(&postgres.create_database().unwrap()).await;
    client.sql("CREATE TABLE parent (id uuid PRIMARY KEY, name text NOT NULL, secret text, extra jsonb); CREATE TABLE child (id int PRIMARY KEY, parent_id uuid NOT NULL REFERENCES parent (id))").await;
    let tables = json!([
        { "table": "parent",
          "array_relationships": [{ "name": "children", "using": { "foreign_key_constraint_on": { "table": "child", "column": "parent_id" } } }],
          "select_permissions": [{ "role": "r", "permission": { "columns": ["id", "name"], "filter": {} } }],
          "insert_permissions": [{ "role": "r", "permission": { "columns": ["id", "name"], "check": {} } }] },
        { "table": "child",
          "object_relationships": [{ "name": "parent", "using": { "foreign_key_constraint_on": "parent_id" } }],
          "select_permissions": [{ "role": "r", "permission": { "columns": ["id"], "filter": {}, "allow_aggregations": true } }] },
    ]);
    client
        .post(
            "/v1/metadata",
            &ADMIN,
            &json!({ "type": "replace_metadata", "args": { "metadata": metadata(&tables) } }),
        )
        .await;
    let role = [ADMIN[0], ("x-hasura-role", "r")];
    let query = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name }
        types { ...FullType } directives { name description locations args { ...InputValue } } } }
        fragment FullType on __Type { kind name description
          fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
          inputFields { ...InputValue } interfaces { ...TypeRef }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
        fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";
    for who in [role.as_slice(), ADMIN.as_slice()] {
        let answer = client.query(who, query).await;
        let schema = &answer["data"]["__schema"];
        let types: BTreeMap<&str, &Value> = schema["types"]
            .as_array()
            .ok_or(answer.to_string())?
            .iter()
            .map(|ty| (ty["name"].as_str().unwrap(), ty))
            .collect();
        // Every type that is mentioned is there.
        let mut mentioned = BTreeSet::new();
        names(schema, &mut mentioned);
        if let Some(missing) = mentioned.iter().find(|name| !types.contains_key(name.as_str())) {
            return Err(format!("{missing} is mentioned and not there"));
        }
        // No object without fields.
        for (name, ty) in &types {
            let empty = |key: &str| ty[key].as_array().is_some_and(Vec::is_empty);
            if empty("fields") || empty("inputFields") || empty("enumValues") {
                return Err(format!("{name} is empty"));
            }
        }
    }
    let answer = client.query(&role, r#"{ __type(name: "parent") { fields { name type { kind ofType { kind name } } } } none: __type(name: "parent_aggregate") { name } }"#).await;
    let non_null = |name: &str, inner: &str| json!({ "name": name, "type": { "kind": "NON_NULL", "ofType": { "kind": "SCALAR", "name": inner } } });
    let many = |kind: &str, of: &str, name: Value| json!({ "name": of, "type": { "kind": "NON_NULL", "ofType": { "kind": kind, "name": name } } });
    same(
        "a type of the role",
        &answer["data"]["__type"]["fields"],
        &json!([
            many("LIST", "children", Value::Null),
            many("OBJECT", "children_aggregate", json!("child_aggregate")),
            non_null("id", "uuid"),
            non_null("name", "String"),
        ]),
    )?;
    same("not of the role", &answer["data"]["none"], &Value::Null)
}

/// Collects the names of all types mentioned in `value`.
fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| names(item, into)),
        Value::Object(entries) => {
            if let (Some(Value::String(kind)), Some(Value::String(name))) =
                (entries.get("kind"), entries.get("name"))
                && kind != "LIST"
                && kind != "NON_NULL"
            {
                into.insert(name.clone());
            }
            entries.values().for_each(|entry| names(entry, into));
        }
        _ => {}
    }
}

/// A mutation whose caller hangs up is rolled back and holds no lock.
async fn gone(postgres: &Postgres) -> Result<(), String> {
    let (_server, client) = started(&postgres.create_database().unwrap()).await;
    client.sql("CREATE TABLE slow (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
        INSERT INTO slow VALUES (1);
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.n = 1 THEN PERFORM pg_sleep(0.5); END IF; RETURN NEW; END $$;
        CREATE TRIGGER wait BEFORE UPDATE ON slow FOR EACH ROW EXECUTE FUNCTION wait()").await;
    client.admin(&json!({ "type": "track_table", "args": { "name": "slow" } })).await;
    let update = |n: u8| {
        format!(
            "mutation {{ update_slow(where: {{}}, _set: {{n: {n}}}) {{ affected_rows }} second: update_slow(where: {{}}, _inc: {{n: 5}}) {{ affected_rows }} }}"
        )
    };
    let hanging = tokio::time::timeout(
        std::time::Duration::from_millis(200),
        client.query(&ADMIN, &update(1)),
    )
    .await;
    if hanging.is_ok() {
        return Err("it answered before it was given up".to_owned());
    }
    let expected = json!({ "data": { "update_slow": { "affected_rows": 1 }, "second": { "affected_rows": 1 } } });
    same("the next one", &client.query(&ADMIN, &update(2)).await, &expected)?;
    same(
        "what holds",
        &client.query(&ADMIN, "{ slow { n } }").await,
        &json!({ "data": { "slow": [{ "n": 7 }] } }),
    )
}

async fn bad(postgres: &Postgres) -> Result<(), String> {
    let database = postgres.create_database().unwrap();
    let plain = Config::new(&database);
    let role = Config { unauthorized_role: Some("r".to_owned()), ..plain.clone() };
    let list = Config { jwt_secret: Some("[]".to_owned()), ..config(&database) };
    let none = Config {
        jwt_secret: Some(r#"{"jwk_url":"http://127.0.0.1:1/"}"#.to_owned()),
        ..config(&database)
    };
    let mut expected = vec![
        (role, "HASURA_GRAPHQL_ADMIN_SECRET must be set"),
        (list, "expected Object, but encountered Array"),
        (none, "127.0.0.1:1"),
    ];
    expected
        .push((config("postgresql://u:hidden-word@127.0.0.1:1/x"), "database cannot be reached"));
    for (config, words) in expected {
        let error = match Server::start(config).await {
            Ok(_) => return Err(format!("it started, without: {words}")),
            Err(error) => format!("{error:#}"),
        };
        if !error.contains(words) || error.contains("hidden-word") {
            return Err(format!("{error}: without {words}"));
        }
    }
    let debug = format!("{:?}", config("postgresql://u:hidden-word@127.0.0.1:1/x"));
    if debug.contains("hidden-word") || debug.contains(SECRET) {
        return Err("a secret in Debug".to_owned());
    }
    Ok(())
}
