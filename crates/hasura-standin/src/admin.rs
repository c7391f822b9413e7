//! `/v1/metadata`, `/v2/query`, `/v1/query`: for administrators (facts 4).

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{App, World};
use crate::catalogue;
use crate::fault::Fault;
use crate::metadata::{Metadata, operations, store, support};
use crate::run_sql;
use crate::session::Session;

/// Answers one operation of the administrator whose `session` it is.
///
/// # Errors
/// The fault of facts 4 that it ends with.
pub async fn operation(app: &App, session: &Session, body: &Value) -> Result<Value, Fault> {
    // One at a time: each reads the whole state and writes it back.
    let _only = app.changing.lock().await;
    if let Some(wanted) = body.get("resource_version").and_then(Value::as_i64) {
        let now = app.world().resource_version;
        if wanted != now {
            let message = format!(
                "metadata resource version referenced ({wanted}) did not match current version"
            );
            return Err(Fault::new("conflict", "$", message).status(StatusCode::CONFLICT));
        }
    }
    one(app, session, body).await
}

/// One operation; `bulk` comes back here for each of its own.
fn one<'a>(
    app: &'a App,
    session: &'a Session,
    body: &'a Value,
) -> std::pin::Pin<Box<dyn Future<Output = Result<Value, Fault>> + Send + 'a>> {
    Box::pin(async move {
        let kind = body
            .get("type")
            .and_then(Value::as_str)
            .ok_or_else(|| Fault::new("parse-failed", "$", "the key 'type' was not present"))?;
        let nothing = json!({});
        let args = body.get("args").unwrap_or(&nothing);
        let version = body.get("version").and_then(Value::as_u64);
        let kind = kind.strip_prefix("pg_").unwrap_or(kind);
        match kind {
            "bulk" | "bulk_atomic" => {
                let mut results = Vec::new();
                for (index, item) in list(args)?.iter().enumerate() {
                    let result =
                        one(app, session, item).await.map_err(|fault| inside(fault, index))?;
                    results.push(result);
                }
                Ok(if kind == "bulk" { Value::Array(results) } else { success() })
            }
            "bulk_keep_going" => {
                let mut results = Vec::new();
                for item in list(args)? {
                    results.push(match one(app, session, item).await {
                        Ok(result) => result,
                        Err(fault) => fault.flat().to_value(),
                    });
                }
                Ok(Value::Array(results))
            }
            "run_sql" => run_sql::run(app, session, args).await,
            "insert" => run_sql::insert(app, args).await,
            "export_metadata" => {
                let world = app.world();
                let metadata = serde_json::to_value(&world.metadata)
                    .map_err(|error| Fault::unexpected(error.to_string()))?;
                Ok(if version == Some(2) {
                    json!({ "resource_version": world.resource_version, "metadata": metadata })
                } else {
                    metadata
                })
            }
            "get_inconsistent_metadata" if !app.world().model.inherited.is_empty() => {
                Err(Fault::unsupported("$.args", "the consistency of inherited roles"))
            }
            "get_inconsistent_metadata" => Ok(consistency(&app.world())),
            "reload_metadata" => {
                let metadata = app.world().metadata.clone();
                let world = built(app, metadata).await?;
                let mut answer = consistency(&world);
                if world.model.inconsistent.is_empty()
                    && let Some(object) = answer.as_object_mut()
                {
                    object.remove("inconsistent_objects");
                }
                answer["message"] = json!("success");
                app.replace(world);
                Ok(answer)
            }
            "drop_inconsistent_metadata" => {
                let metadata = without_inconsistent(app).await?;
                keep(app, metadata).await?;
                Ok(success())
            }
            "replace_metadata" => replace(app, version, args).await,
            "get_catalog_state" => store::catalog_state(&*app.metadata_client().await?).await,
            "set_catalog_state" => {
                let of = args.get("type").and_then(Value::as_str).unwrap_or_default();
                let state = args.get("state").cloned().unwrap_or_default();
                store::set_catalog_state(&*app.metadata_client().await?, of, &state).await?;
                Ok(success())
            }
            _ => change(app, kind, version, args).await,
        }
    })
}

fn list(args: &Value) -> Result<&Vec<Value>, Fault> {
    args.as_array().ok_or_else(|| Fault::new("parse-failed", "$.args", "bulk takes a list"))
}

/// A fault of item `index` of a bulk.
fn inside(fault: Fault, index: usize) -> Fault {
    let rest = fault.path.strip_prefix('$').unwrap_or_default().to_owned();
    Fault { path: format!("$.args[{index}]{rest}"), ..fault }
}

fn success() -> Value {
    json!({ "message": "success" })
}

fn consistency(world: &World) -> Value {
    let listed: Vec<_> =
        world.model.inconsistent.iter().map(crate::model::Inconsistent::listed).collect();
    json!({ "is_consistent": listed.is_empty(), "inconsistent_objects": listed })
}

/// `metadata` with the catalogue as it is now.
async fn built(app: &App, metadata: Metadata) -> Result<World, Fault> {
    let client = app.client().await?;
    let catalogue = catalogue::read(&**client).await?;
    let version = app.world().resource_version;
    Ok(World::new(metadata, version, &catalogue, &app.config))
}

/// From now on `metadata` holds.
async fn keep(app: &App, metadata: Metadata) -> Result<(), Fault> {
    let mut world = built(app, metadata).await?;
    world.resource_version = store::save(&*app.metadata_client().await?, &world.metadata).await?;
    app.replace(world);
    Ok(())
}

/// One change; what would not fit the database is refused.
async fn change(app: &App, kind: &str, version: Option<u64>, args: &Value) -> Result<Value, Fault> {
    let now = app.world();
    let mut metadata = now.metadata.clone();
    operations::apply(&mut metadata, kind, version, args)?;
    if let Some(what) = support::unsupported(&metadata) {
        return Err(Fault::unsupported("$.args", what));
    }
    let mut world = built(app, metadata).await?;
    let new = world.model.inconsistent.iter().find(|one| !now.model.inconsistent.contains(one));
    if let Some(one) = new {
        let reason = one.reason.strip_prefix("Inconsistent object: ").unwrap_or(&one.reason);
        if one.kind == "function" || one.kind.ends_with("_permission") {
            let mut fault = Fault::new("invalid-configuration", "$.args", &one.reason);
            let listed = crate::json::Json::of_value(&json!([one.listed()]));
            fault.internal = Some(Box::new(listed));
            return Err(fault);
        }
        let code = if one.kind == "table" { "not-exists" } else { "constraint-violation" };
        let code = if reason.contains("does not exist") { "not-exists" } else { code };
        return Err(Fault::new(code, "$.args", reason));
    }
    world.resource_version = store::save(&*app.metadata_client().await?, &world.metadata).await?;
    app.replace(world);
    Ok(success())
}

async fn replace(app: &App, version: Option<u64>, args: &Value) -> Result<Value, Fault> {
    let wrapped = version == Some(2) || (version.is_none() && args.get("metadata").is_some());
    let document = if wrapped { args.get("metadata").unwrap_or(&Value::Null) } else { args };
    let mut metadata: Metadata = serde_json::from_value(document.clone())
        .map_err(|error| Fault::new("parse-failed", "$.args", error.to_string()))?;
    if metadata.version != 3 {
        let what = format!("metadata of version {}", metadata.version);
        return Err(Fault::unsupported("$.args", what));
    }
    if let Some(what) = support::unsupported(&metadata) {
        return Err(Fault::unsupported("$.args", what));
    }
    metadata.version = 3;
    let allow = args.get("allow_inconsistent_metadata").and_then(Value::as_bool) == Some(true);
    let mut world = built(app, metadata).await?;
    let tolerated = wrapped && allow;
    if !tolerated && !world.model.inconsistent.is_empty() {
        let mut fault =
            Fault::new("unexpected", "$.args", "cannot continue due to inconsistent metadata");
        let listed = consistency(&world);
        let listed = listed.get("inconsistent_objects").map(crate::json::Json::of_value);
        fault.internal = listed.map(Box::new);
        return Err(fault);
    }
    world.resource_version = store::save(&*app.metadata_client().await?, &world.metadata).await?;
    let answer = if wrapped { consistency(&world) } else { success() };
    app.replace(world);
    Ok(answer)
}

/// The metadata without what does not fit the database.
async fn without_inconsistent(app: &App) -> Result<Metadata, Fault> {
    let mut metadata = app.world().metadata.clone();
    // Each round can leave something else without a target.
    for _ in 0..20 {
        let world = built(app, metadata.clone()).await?;
        if world.model.inconsistent.is_empty() {
            break;
        }
        let bad = |kind: &str, name: String| {
            world.model.inconsistent.iter().any(|one| one.kind == kind && one.name == name)
        };
        for source in &mut metadata.sources {
            let of = source.name.clone();
            source
                .tables
                .retain(|entry| !bad("table", format!("table {} in source {of}", entry.table)));
            source.functions.retain(|entry| {
                !bad("function", format!("function {} in source {of}", entry.function))
            });
            for entry in &mut source.tables {
                let table = entry.table.clone();
                let named =
                    |kind: &str, one: &str| format!("{kind} {one} in table {table} in source {of}");
                let fits = |kind: &str, one: &str| !bad(kind, named(kind, one));
                entry.object_relationships.retain(|one| fits("object_relation", &one.name));
                entry.array_relationships.retain(|one| fits("array_relation", &one.name));
                entry.select_permissions.retain(|one| fits("select_permission", &one.role));
                entry.insert_permissions.retain(|one| fits("insert_permission", &one.role));
                entry.update_permissions.retain(|one| fits("update_permission", &one.role));
                entry.delete_permissions.retain(|one| fits("delete_permission", &one.role));
            }
        }
    }
    Ok(metadata)
}
