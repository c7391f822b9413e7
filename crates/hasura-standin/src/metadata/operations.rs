//! Single changes of metadata (facts 4.1, 4.3).

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    Action, ComputedField, FunctionEntry, FunctionPermission, InheritedRole, Metadata,
    PermissionEntry, RelationshipEntry, Source, TableConfiguration, TableEntry,
};
use crate::catalogue::TableName;
use crate::fault::Fault;

/// The source that old operations mean.
pub const DEFAULT_SOURCE: &str = "default";

/// Applies the operation `kind` (without `pg_`) to `metadata`.
///
/// # Errors
/// A fault in `args`, or a refusal of an operation that is not known.
pub fn apply(
    metadata: &mut Metadata,
    kind: &str,
    version: Option<u64>,
    args: &Value,
) -> Result<(), Fault> {
    match kind {
        "clear_metadata" => *metadata = cleared(metadata),
        "add_source" => add_source(metadata, args)?,
        "track_table" => track_table(metadata, version, args)?,
        "untrack_table" => {
            let name = table_name(args)?;
            let tables = &mut source(metadata, args)?.tables;
            let count = tables.len();
            tables.retain(|entry| entry.table != name);
            if tables.len() == count {
                let message = format!("view/table already untracked: \"{name}\"");
                return Err(Fault::new("already-untracked", "$.args", message));
            }
        }
        "set_table_customization" | "set_table_custom_fields" => {
            let configuration = if kind == "set_table_customization" {
                parsed(args.get("configuration").unwrap_or(&Value::Null), "configuration")?
            } else {
                parsed(args, "args")?
            };
            table(metadata, args)?.configuration = configuration;
        }
        "create_object_relationship" => {
            let entry: RelationshipEntry = relationship(args)?;
            unused(table(metadata, args)?, &entry.name)?;
            table(metadata, args)?.object_relationships.push(entry);
        }
        "create_array_relationship" => {
            let entry: RelationshipEntry = relationship(args)?;
            unused(table(metadata, args)?, &entry.name)?;
            table(metadata, args)?.array_relationships.push(entry);
        }
        "drop_relationship" => {
            let name = text(args, "relationship")?;
            let entry = table(metadata, args)?;
            entry.object_relationships.retain(|one| one.name != name);
            entry.array_relationships.retain(|one| one.name != name);
        }
        "add_computed_field" => {
            let field = ComputedField {
                name: text(args, "name")?,
                definition: args.get("definition").cloned().unwrap_or_default(),
                other: Map::new(),
            };
            unused(table(metadata, args)?, &field.name)?;
            table(metadata, args)?.computed_fields.push(field);
        }
        "track_function" => {
            let entry = function_entry(args)?;
            let functions = &mut source(metadata, args)?.functions;
            if functions.iter().any(|one| one.function == entry.function) {
                let message = format!("function already tracked: \"{}\"", entry.function);
                return Err(Fault::new("already-tracked", "$.args", message));
            }
            functions.push(entry);
        }
        "untrack_function" => {
            let name = function(metadata, args)?.function.clone();
            source(metadata, args)?.functions.retain(|entry| entry.function != name);
        }
        "create_function_permission" => {
            let role = text(args, "role")?;
            let entry = function(metadata, args)?;
            if role == "admin" || entry.permissions.iter().any(|one| one.role == role) {
                let message = format!(
                    "permission of role \"{role}\" already exists for function \"{}\"",
                    entry.function
                );
                return Err(Fault::new("already-exists", "$.args", message));
            }
            entry.permissions.push(FunctionPermission { role, other: Map::new() });
        }
        "drop_function_permission" => {
            let role = text(args, "role")?;
            let entry = function(metadata, args)?;
            let count = entry.permissions.len();
            entry.permissions.retain(|one| one.role != role);
            if entry.permissions.len() == count {
                let message = format!(
                    "permission of role \"{role}\" does not exist for function \"{}\"",
                    entry.function
                );
                return Err(Fault::new("not-exists", "$.args", message));
            }
        }
        "create_select_permission" => {
            add(&mut table(metadata, args)?.select_permissions, args, "select")?;
        }
        "create_insert_permission" => {
            add(&mut table(metadata, args)?.insert_permissions, args, "insert")?;
        }
        "create_update_permission" => {
            add(&mut table(metadata, args)?.update_permissions, args, "update")?;
        }
        "create_delete_permission" => {
            add(&mut table(metadata, args)?.delete_permissions, args, "delete")?;
        }
        "drop_select_permission" => {
            remove(&mut table(metadata, args)?.select_permissions, args, "select")?;
        }
        "drop_insert_permission" => {
            remove(&mut table(metadata, args)?.insert_permissions, args, "insert")?;
        }
        "drop_update_permission" => {
            remove(&mut table(metadata, args)?.update_permissions, args, "update")?;
        }
        "drop_delete_permission" => {
            remove(&mut table(metadata, args)?.delete_permissions, args, "delete")?;
        }
        "add_inherited_role" => {
            metadata.inherited_roles.push(parsed::<InheritedRole>(args, "args")?);
        }
        "drop_inherited_role" => {
            let name = text(args, "role_name")?;
            metadata.inherited_roles.retain(|role| role.role_name != name);
        }
        "set_custom_types" => metadata.custom_types = parsed(args, "args")?,
        "create_action" => {
            let action: Action = parsed(args, "args")?;
            if metadata.actions.iter().any(|one| one.name == action.name) {
                let message = format!("action with name \"{}\" already exists", action.name);
                return Err(Fault::new("already-exists", "$.args", message));
            }
            metadata.actions.push(action);
        }
        "drop_action" => {
            let name = text(args, "name")?;
            metadata.actions.retain(|action| action.name != name);
        }
        "create_action_permission" => {
            let (name, role) = (text(args, "action")?, text(args, "role")?);
            let action = metadata.actions.iter_mut().find(|action| action.name == name);
            let action = action.ok_or_else(|| {
                Fault::new(
                    "not-exists",
                    "$.args",
                    format!("action with name \"{name}\" does not exist"),
                )
            })?;
            action.permissions.push(super::ActionPermission { role });
        }
        other => {
            return Err(Fault::unsupported("$.type", format!("the operation \"{other}\"")));
        }
    }
    Ok(())
}

/// Nothing tracked, but the sources stay.
fn cleared(metadata: &Metadata) -> Metadata {
    let sources = metadata
        .sources
        .iter()
        .map(|source| Source { tables: Vec::new(), functions: Vec::new(), ..source.clone() })
        .collect();
    Metadata { version: 3, sources, ..Metadata::default() }
}

/// The source that a server started with a database has.
#[must_use]
pub fn default_source() -> Source {
    Source { name: DEFAULT_SOURCE.to_owned(), kind: "postgres".to_owned(), ..Source::default() }
}

fn add_source(metadata: &mut Metadata, args: &Value) -> Result<(), Fault> {
    let name = text(args, "name")?;
    let mut other = Map::new();
    if let Some(configuration) = args.get("configuration") {
        other.insert("configuration".to_owned(), configuration.clone());
    }
    if let Some(source) = metadata.sources.iter_mut().find(|source| source.name == name) {
        if args.get("replace_configuration").and_then(Value::as_bool) != Some(true) {
            let message = format!("postgres source with name \"{name}\" already exists");
            return Err(Fault::new("already-exists", "$.args.name", message));
        }
        source.other.extend(other);
        return Ok(());
    }
    // The one that the server made itself gives way to the first that has a name.
    metadata.sources.retain(|source| !(source.name == DEFAULT_SOURCE && source.tables.is_empty()));
    metadata.sources.push(Source { name, other, ..default_source() });
    Ok(())
}

fn track_table(metadata: &mut Metadata, version: Option<u64>, args: &Value) -> Result<(), Fault> {
    let name = table_name(args)?;
    let configuration: TableConfiguration = match (version, args.get("configuration")) {
        (_, Some(configuration)) if !configuration.is_null() => {
            parsed(configuration, "configuration")?
        }
        _ => TableConfiguration::default(),
    };
    if args.get("is_enum").and_then(Value::as_bool) == Some(true) {
        return Err(Fault::unsupported("$.args", format!("the enum table \"{name}\"")));
    }
    let tables = &mut source(metadata, args)?.tables;
    if tables.iter().any(|entry| entry.table == name) {
        let message = format!("view/table already tracked: \"{name}\"");
        return Err(Fault::new("already-tracked", "$.args", message));
    }
    tables.push(TableEntry::new(name, configuration));
    Ok(())
}

fn relationship(args: &Value) -> Result<RelationshipEntry, Fault> {
    Ok(RelationshipEntry {
        name: text(args, "name")?,
        using: args.get("using").cloned().unwrap_or_default(),
        other: Map::new(),
    })
}

fn unused(entry: &TableEntry, name: &str) -> Result<(), Fault> {
    let mut relationships =
        entry.object_relationships.iter().chain(&entry.array_relationships).map(|one| &one.name);
    let taken = relationships.any(|one| one == name)
        || entry.computed_fields.iter().any(|one| one.name == name);
    if taken {
        let message =
            format!("column/relationship \"{name}\" of table \"{}\" already exists", entry.table);
        return Err(Fault::new("already-exists", "$.args", message));
    }
    Ok(())
}

fn add<P: DeserializeOwned>(
    entries: &mut Vec<PermissionEntry<P>>,
    args: &Value,
    kind: &str,
) -> Result<(), Fault> {
    let role = text(args, "role")?;
    if role == "admin" || entries.iter().any(|entry| entry.role == role) {
        let message = format!("{kind} permission already defined on table for role \"{role}\"");
        return Err(Fault::new("already-exists", "$.args", message));
    }
    let permission = parsed(args.get("permission").unwrap_or(&Value::Null), "permission")?;
    entries.push(PermissionEntry { role, permission, other: Map::new() });
    Ok(())
}

fn remove<P>(entries: &mut Vec<PermissionEntry<P>>, args: &Value, kind: &str) -> Result<(), Fault> {
    let role = text(args, "role")?;
    let count = entries.len();
    entries.retain(|entry| entry.role != role);
    if entries.len() == count {
        let message = format!("{kind} permission for role \"{role}\" does not exist");
        return Err(Fault::new("permission-denied", "$.args", message));
    }
    Ok(())
}

fn source<'m>(metadata: &'m mut Metadata, args: &Value) -> Result<&'m mut Source, Fault> {
    let name = args.get("source").and_then(Value::as_str).unwrap_or(DEFAULT_SOURCE);
    metadata.sources.iter_mut().find(|source| source.name == name).ok_or_else(|| {
        let message = format!("source with name \"{name}\" does not exist");
        Fault::new("not-exists", "$.args.source", message)
    })
}

fn table<'m>(metadata: &'m mut Metadata, args: &Value) -> Result<&'m mut TableEntry, Fault> {
    let name = table_name(args)?;
    let source = source(metadata, args)?;
    let of = source.name.clone();
    source.tables.iter_mut().find(|entry| entry.table == name).ok_or_else(|| {
        let message = format!("table \"{name}\" does not exist in source: {of}");
        Fault::new("not-exists", "$.args.table", message)
    })
}

fn function<'m>(metadata: &'m mut Metadata, args: &Value) -> Result<&'m mut FunctionEntry, Fault> {
    let name: TableName = parsed(args.get("function").unwrap_or(args), "function")?;
    let source = source(metadata, args)?;
    let of = source.name.clone();
    source.functions.iter_mut().find(|entry| entry.function == name).ok_or_else(|| {
        let message = format!("function \"{name}\" does not exist in source: {of}");
        Fault::new("not-exists", "$.args.function", message)
    })
}

/// `{function, configuration}`, or the old form in which the arguments are the function.
fn function_entry(args: &Value) -> Result<FunctionEntry, Fault> {
    let part = |key: &str| args.get(key).filter(|value| !value.is_null());
    let comment = part("comment").map(|comment| ("comment".to_owned(), comment.clone()));
    Ok(FunctionEntry {
        function: parsed(part("function").unwrap_or(args), "function")?,
        configuration: part("configuration")
            .map_or_else(|| Ok(Default::default()), |value| parsed(value, "configuration"))?,
        permissions: Vec::new(),
        other: comment.into_iter().collect(),
    })
}

/// `{table: t}`, or the old form in which the arguments are the table.
fn table_name(args: &Value) -> Result<TableName, Fault> {
    parsed(args.get("table").unwrap_or(args), "table")
}

fn text(args: &Value, key: &str) -> Result<String, Fault> {
    args.get(key)
        .and_then(Value::as_str)
        .map(ToOwned::to_owned)
        .ok_or_else(|| Fault::new("parse-failed", "$.args", format!("key \"{key}\" not found")))
}

fn parsed<T: DeserializeOwned>(value: &Value, what: &str) -> Result<T, Fault> {
    serde_json::from_value(value.clone())
        .map_err(|error| Fault::new("parse-failed", "$.args", format!("{what}: {error}")))
}
