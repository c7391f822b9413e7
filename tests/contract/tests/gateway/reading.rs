//! The reading half of the matrix, asked of a server by tokens.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

use super::matrix::{Columns, FUNCTIONS, OPERATIONS, READS, ROLES, Reads, TABLES, exists};
use super::server::{Gateway, absent, code};
use super::world::{self, Row, id};

/// A server with the world in it.
pub(crate) struct World {
    pub(crate) gateway: Gateway,
    rows: Vec<Row>,
    /// The random id of each call's caller, by contact.
    callers: BTreeMap<String, String>,
    /// The columns of each table, as the database has them.
    columns: BTreeMap<String, BTreeSet<String>>,
}

impl World {
    pub(crate) fn new(gateway: Gateway) -> anyhow::Result<Self> {
        gateway.develop()?;
        let rows = world::rows();
        gateway.admin.run_sql("fill the tables", &world::sql(&rows))?;
        let sql = "SELECT contact_id, caller_id FROM sequent_backend.ivr_call_log";
        let callers = pairs(gateway.admin.run_sql("read the callers", sql)?)?.into_iter().collect();
        let sql = "SELECT table_name, column_name FROM information_schema.columns
            WHERE table_schema = 'sequent_backend'";
        let mut columns: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (table, column) in pairs(gateway.admin.run_sql("read the columns", sql)?)? {
            columns.entry(table).or_default().insert(column);
        }
        Ok(Self { gateway, rows, callers, columns })
    }

    /// The token of whoever stands behind a role.
    pub(crate) fn token(&self, role: &str) -> anyhow::Result<String> {
        token(&self.gateway, role, world::EVENT)
    }

    /// The rows of a table with their keys. A view's rows are those that it is made of.
    fn keys(&self, reads: &Reads) -> anyhow::Result<BTreeMap<&'static str, String>> {
        let (table, column) = match reads.table {
            "ivr_phone_blacklist_audit" => ("ivr_phone_blacklist", "id"),
            "ivr_call_activity" | "ivr_call_raw" => ("ivr_call_log", "contact_id"),
            table => (table, reads.key),
        };
        self.rows
            .iter()
            .filter(|row| row.table == table)
            .map(|row| {
                let key = row.value(column).context("a row without its key")?;
                let key = match reads.table {
                    "ivr_call_activity" | "ivr_call_raw" => {
                        self.callers.get(key).context("a call without a caller")?
                    }
                    _ => key,
                };
                Ok((row.label, key.to_owned()))
            })
            .collect()
    }

    fn readable(&self, reads: &Reads) -> anyhow::Result<BTreeSet<String>> {
        let all = self.columns.get(reads.table).context("a table without columns")?;
        Ok(match reads.columns {
            Columns::Only(some) => some.iter().map(|c| (*c).to_owned()).collect(),
            Columns::AllBut(hidden) => {
                all.iter().filter(|c| !hidden.contains(&c.as_str())).cloned().collect()
            }
        })
    }
}

fn pairs(rows: Vec<Vec<String>>) -> anyhow::Result<Vec<(String, String)>> {
    rows.into_iter()
        .map(|row| <[String; 2]>::try_from(row).map(|[a, b]| (a, b)).ok().context("two cells"))
        .collect()
}

pub(crate) fn token(gateway: &Gateway, role: &str, event: u32) -> anyhow::Result<String> {
    let tenant = ("x-hasura-tenant-id", id(world::TENANT));
    let variables = match role {
        "user" => vec![
            tenant,
            ("x-hasura-user-id", id(world::VOTER)),
            ("x-hasura-area-id", id(world::AREA)),
            ("x-hasura-authorized-election-ids", format!("{{\"{}\"}}", id(world::ELECTION))),
        ],
        "can_read_phone_blacklist" | "can_record_ivr_call" => {
            vec![tenant, ("x-hasura-user-id", id(0xf9)), ("x-hasura-election-event-id", id(event))]
        }
        _ => vec![tenant, ("x-hasura-user-id", id(world::PERSON))],
    };
    gateway.issuer.token(role, &variables)
}

/// Each row of each readable table is asked for by its key: it comes, or it does not.
pub(crate) fn rows(world: &World) -> anyhow::Result<()> {
    for reads in READS {
        let token = world.token(reads.role)?;
        let keys = world.keys(reads)?;
        let named: BTreeSet<&str> = reads.sees.iter().chain(reads.hides).copied().collect();
        ensure!(
            named == keys.keys().copied().collect(),
            "{} of {}: the matrix names {named:?}, the world has {:?}",
            reads.role,
            reads.table,
            keys.keys()
        );
        let query = format!(
            "query ($key: {}!) {{ rows: sequent_backend_{}(where: {{{}: {{_eq: $key}}}}) {{ __typename }} }}",
            if ["phone_number", "contact_id"].contains(&reads.key) { "String" } else { "uuid" },
            reads.table,
            reads.key
        );
        for (label, key) in keys {
            let answer = world.gateway.ask(&token, &query, &json!({ "key": key }))?;
            let found =
                answer["data"]["rows"].as_array().with_context(|| format!("{answer}"))?.len();
            let wanted = usize::from(reads.sees.contains(&label));
            ensure!(
                found == wanted,
                "{} finds {found} of the row `{label}` of {}, not {wanted}",
                reads.role,
                reads.table
            );
        }
    }
    Ok(())
}

/// Exactly the columns of the matrix exist, to select and to filter by.
pub(crate) fn columns(world: &World) -> anyhow::Result<()> {
    for reads in READS {
        let token = world.token(reads.role)?;
        let readable = world.readable(reads)?;
        for column in &world.columns[reads.table] {
            let table = reads.table;
            let select = format!("{{ sequent_backend_{table}(limit: 1) {{ {column} }} }}");
            let filter = format!(
                "{{ sequent_backend_{table}(where: {{{column}: {{_is_null: false}}}}, limit: 1) {{ __typename }} }}"
            );
            for query in [select, filter] {
                let answer = world.gateway.ask(&token, &query, &Value::Null)?;
                let allowed = readable.contains(column);
                let there = code(&answer).is_none();
                let refused = code(&answer) == Some("validation-failed");
                if there != allowed || refused == allowed {
                    bail!("{} and {column} of {table} ({query}): {answer}", reads.role);
                }
            }
        }
    }
    Ok(())
}

/// Totals count what is seen, no row more.
pub(crate) fn totals(world: &World) -> anyhow::Result<()> {
    for reads in READS.iter().filter(|reads| reads.totals) {
        let token = world.token(reads.role)?;
        let query = format!(
            "{{ total: sequent_backend_{}_aggregate {{ aggregate {{ count }} }} }}",
            reads.table
        );
        let answer = world.gateway.ask(&token, &query, &Value::Null)?;
        let count = answer["data"]["total"]["aggregate"]["count"].as_u64();
        ensure!(
            count == Some(reads.sees.len() as u64),
            "{} counts {} and sees {}: {answer}",
            reads.role,
            reads.table,
            reads.sees.len()
        );
    }
    Ok(())
}

/// What the matrix does not name does not exist.
pub(crate) fn absences(world: &World) -> anyhow::Result<()> {
    let mut asked = 0;
    for (role, _) in ROLES {
        let token = world.token(role)?;
        for table in TABLES {
            for operation in OPERATIONS.iter().filter(|operation| !exists(role, table, operation)) {
                let t = format!("sequent_backend_{table}");
                let query = match *operation {
                    "select" => format!("{{ {t} {{ __typename }} }}"),
                    "aggregate" => format!("{{ {t}_aggregate {{ aggregate {{ count }} }} }}"),
                    "insert" => {
                        format!("mutation {{ insert_{t}(objects: [{{}}]) {{ affected_rows }} }}")
                    }
                    "update" => format!(
                        "mutation {{ update_{t}(where: {{}}, _set: {{}}) {{ affected_rows }} }}"
                    ),
                    _ => format!("mutation {{ delete_{t}(where: {{}}) {{ affected_rows }} }}"),
                };
                let answer = world.gateway.ask(&token, &query, &Value::Null)?;
                ensure!(absent(&answer), "{role} has {operation} on {table}: {answer}");
                asked += 1;
            }
        }
    }
    ensure!(asked > 450, "only {asked} were asked");
    Ok(())
}

/// The fields at the root of a role's schema are those of what the matrix names, in each of their
/// forms, and no others: nothing is there by its key, one at a time or as a stream that is not there
/// as a whole.
pub(crate) fn roots(world: &World) -> anyhow::Result<()> {
    for (role, _) in ROLES {
        let (mut must, mut may) = (BTreeSet::new(), BTreeSet::new());
        let tables = TABLES.iter().map(|table| (*table, *table));
        let functions = FUNCTIONS.iter().filter(|function| function.1 == role);
        for (name, table) in tables.chain(functions.map(|function| (function.0, function.2))) {
            let (t, is_table) = (format!("sequent_backend_{name}"), name == table);
            for operation in OPERATIONS.iter().filter(|operation| exists(role, table, operation)) {
                let (field, forms) = match *operation {
                    "select" if is_table => {
                        (t.clone(), vec![format!("{t}_by_pk"), format!("{t}_stream")])
                    }
                    "select" => (t.clone(), vec![]),
                    "aggregate" => (format!("{t}_aggregate"), vec![]),
                    _ if !is_table => continue,
                    "insert" => (format!("insert_{t}"), vec![format!("insert_{t}_one")]),
                    "update" => (
                        format!("update_{t}"),
                        vec![format!("update_{t}_by_pk"), format!("update_{t}_many")],
                    ),
                    other => anyhow::bail!("nobody may {other}"),
                };
                may.extend(forms);
                must.insert(field);
            }
        }
        may.extend(must.iter().cloned());
        may.insert("no_queries_available".to_owned());
        let token = world.token(role)?;
        let kinds = "name fields { name }";
        let query = format!(
            "{{ __schema {{ queryType {{ {kinds} }} mutationType {{ {kinds} }} \
             subscriptionType {{ {kinds} }} }} }}"
        );
        let answer = world.gateway.ask(&token, &query, &Value::Null)?;
        let roots = ["queryType", "mutationType", "subscriptionType"];
        let fields =
            roots.iter().filter_map(|root| answer["data"]["__schema"][root]["fields"].as_array());
        let found: BTreeSet<String> = fields
            .flatten()
            .filter_map(|field| field["name"].as_str())
            .map(str::to_owned)
            .collect();
        ensure!(!found.is_empty(), "{role}: {answer}");
        let (added, lacking) = (&found - &may, &must - &found);
        ensure!(added.is_empty() && lacking.is_empty(), "{role} has {added:?}, lacks {lacking:?}");
    }
    Ok(())
}

/// The list of blocked numbers cannot be listed.
pub(crate) fn one_row_at_a_time(world: &World) -> anyhow::Result<()> {
    let token = world.token("can_read_phone_blacklist")?;
    for arguments in ["", "(limit: 100)", "(where: {phone_number: {_like: \"+%\"}})"] {
        let query = format!(
            "{{ rows: sequent_backend_ivr_phone_blacklist{arguments} {{ phone_number }} }}"
        );
        let answer = world.gateway.ask(&token, &query, &Value::Null)?;
        ensure!(answer["data"]["rows"].as_array().map(Vec::len) == Some(1), "{answer}");
    }
    Ok(())
}

/// A token that lacks a variable that a filter needs is refused, not let through.
pub(crate) fn missing_variables(world: &World) -> anyhow::Result<()> {
    for reads in READS.iter().filter(|reads| !reads.hides.is_empty()) {
        let token = world.gateway.issuer.token(reads.role, &[])?;
        let query = format!("{{ sequent_backend_{} {{ __typename }} }}", reads.table);
        let answer = world.gateway.ask(&token, &query, &Value::Null)?;
        ensure!(code(&answer) == Some("not-found"), "{} on {}: {answer}", reads.role, reads.table);
    }
    Ok(())
}

/// Four digits, or a whole number, are asked for and not shown.
pub(crate) fn functions(world: &World) -> anyhow::Result<()> {
    let token = world.token("can_manage_phone_blacklist")?;
    for (function, argument, value, found) in [
        ("ivr_call_activity_matching", "last_four", "0111", 1),
        ("ivr_call_activity_matching", "last_four", "0113", 0),
        ("ivr_call_activity_matching", "last_four", "____", 0),
        ("ivr_phone_blacklist_with_number", "number", "+15195550103", 1),
        ("ivr_phone_blacklist_with_number", "number", "+15195550104", 0),
        ("ivr_phone_blacklist_with_number", "number", "+%", 0),
    ] {
        let query = format!(
            "query ($value: String!) {{ rows: sequent_backend_{function}(args: {{{argument}: $value}}) \
             {{ id }} }}"
        );
        let answer = world.gateway.ask(&token, &query, &json!({ "value": value }))?;
        let rows = answer["data"]["rows"].as_array().with_context(|| format!("{answer}"))?;
        ensure!(rows.len() == found, "{function} finds {} of {value}", rows.len());
    }
    Ok(())
}
