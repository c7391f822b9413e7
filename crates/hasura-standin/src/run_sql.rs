//! `run_sql`, and the old row `insert` of set-ups (facts 4.2, 4.3).

use serde_json::{Value, json};
use tokio_postgres::SimpleQueryMessage;

use crate::app::{App, World};
use crate::catalogue::{self, TableName, ident};
use crate::execute::known_to_the_database;
use crate::fault::Fault;
use crate::json::Json;
use crate::session::Session;

/// Runs `args.sql` for the administrator whose `session` it is.
///
/// # Errors
/// `postgres-error`, or `dependency-error` when it would break what is tracked.
pub async fn run(app: &App, session: &Session, args: &Value) -> Result<Value, Fault> {
    let sql = args
        .get("sql")
        .and_then(Value::as_str)
        .ok_or_else(|| Fault::new("parse-failed", "$.args", "key \"sql\" not found"))?;
    let flag = |name: &str| args.get(name).and_then(Value::as_bool);
    let mut client = app.client().await?;
    if flag("no_transaction") == Some(true) {
        let messages = client.simple_query(sql).await.map_err(|error| failed(sql, &error))?;
        let catalogue = catalogue::read(&**client).await?;
        let now = app.world();
        app.replace(World::new(
            now.metadata.clone(),
            now.resource_version,
            &catalogue,
            &app.config,
        ));
        return Ok(result(&messages));
    }
    let read_only = flag("read_only") == Some(true);
    let transaction = client.build_transaction().read_only(read_only).start().await?;
    let check = !read_only && flag("check_metadata_consistency").unwrap_or_else(|| is_ddl(sql));
    if check {
        known_to_the_database(&transaction, session).await?;
    }
    let messages = transaction.simple_query(sql).await.map_err(|error| failed(sql, &error))?;
    let catalogue = catalogue::read(&*transaction).await?;
    let now = app.world();
    let world = World::new(now.metadata.clone(), now.resource_version, &catalogue, &app.config);
    if check {
        let broken: Vec<_> = world
            .model
            .inconsistent
            .iter()
            .filter(|one| !now.model.inconsistent.contains(one))
            .map(|one| one.name.clone())
            .collect();
        if !broken.is_empty() {
            if flag("cascade") == Some(true) {
                return Err(Fault::unsupported(
                    "$.args",
                    "run_sql that drops tracked objects by cascade",
                ));
            }
            let message = format!(
                "cannot drop due to the following dependent objects: {}",
                broken.join(", ")
            );
            return Err(Fault::new("dependency-error", "$.args", message));
        }
    }
    transaction.commit().await.map_err(|error| failed(sql, &error))?;
    app.replace(world);
    Ok(result(&messages))
}

/// Text that looks as if it changed tables.
fn is_ddl(sql: &str) -> bool {
    let lower = sql.to_lowercase();
    ["alter", "drop", "replace", "create function", "comment on"]
        .iter()
        .any(|word| lower.contains(word))
}

fn failed(sql: &str, error: &tokio_postgres::Error) -> Fault {
    let mut fault = Fault::new("postgres-error", "$.args", "query execution failed");
    let detail = Fault::of_postgres(error).internal.unwrap_or_default();
    fault.internal = Some(Box::new(Json::Object(vec![
        ("statement".to_owned(), Json::text(sql)),
        ("prepared".to_owned(), Json::Bool(false)),
        ("error".to_owned(), detail.get("error").cloned().unwrap_or_default()),
        ("arguments".to_owned(), Json::List(Vec::new())),
    ])));
    fault
}

/// The result set of the last statement, header row first.
fn result(messages: &[SimpleQueryMessage]) -> Value {
    let mut last: Option<Vec<Value>> = None;
    let mut rows: Option<Vec<Value>> = None;
    for message in messages {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                let names: Vec<_> =
                    columns.iter().map(tokio_postgres::SimpleColumn::name).collect();
                rows = Some(vec![json!(names)]);
            }
            SimpleQueryMessage::Row(row) => {
                let cells: Vec<_> =
                    (0..row.len()).map(|index| row.get(index).unwrap_or("NULL")).collect();
                if let Some(rows) = &mut rows {
                    rows.push(json!(cells));
                }
            }
            SimpleQueryMessage::CommandComplete(_) => last = rows.take(),
            _ => {}
        }
    }
    match last {
        Some(rows) => json!({ "result_type": "TuplesOk", "result": rows }),
        None => json!({ "result_type": "CommandOk", "result": null }),
    }
}

/// `{table, objects}`: rows as they are.
///
/// # Errors
/// What the database says.
pub async fn insert(app: &App, args: &Value) -> Result<Value, Fault> {
    let wrong = |what: &str| Fault::new("parse-failed", "$.args", what.to_owned());
    if let Some(key) = args
        .as_object()
        .and_then(|args| args.keys().find(|key| !matches!(key.as_str(), "table" | "objects")))
    {
        return Err(Fault::unsupported("$.args", format!("insert with the key \"{key}\"")));
    }
    let table: TableName = serde_json::from_value(args.get("table").cloned().unwrap_or_default())
        .map_err(|_| wrong("insert takes a table"))?;
    let objects = args
        .get("objects")
        .and_then(Value::as_array)
        .ok_or_else(|| wrong("insert takes a list of objects"))?;
    let mut client = app.client().await?;
    let transaction = client.transaction().await?;
    for object in objects {
        let object = object.as_object().ok_or_else(|| wrong("an object to insert is none"))?;
        let names: Vec<_> = object.keys().map(|name| ident(name)).collect();
        let names = names.join(", ");
        let sql = if object.is_empty() {
            format!("INSERT INTO {} DEFAULT VALUES", table.sql())
        } else {
            // PostgreSQL reads each value by its column's type.
            format!(
                "INSERT INTO {} ({names}) SELECT {names} FROM json_populate_record(NULL::{}, $1::text::json)",
                table.sql(),
                table.sql()
            )
        };
        let text = Value::Object(object.clone()).to_string();
        let done = if object.is_empty() {
            transaction.execute(&sql, &[]).await
        } else {
            transaction.execute(&sql, &[&text]).await
        };
        done?;
    }
    transaction.commit().await?;
    Ok(json!({ "affected_rows": objects.len() }))
}
