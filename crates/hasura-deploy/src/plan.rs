//! What has to be done: a pure comparison of what we want with what stands.

use serde_json::{Value, json};

use crate::book::Standing;
use crate::error::Error;
use crate::migrations::Migration;
use crate::ours::{self, PERMISSIONS, RELATIONSHIPS};
use crate::{SCHEMA, SOURCE};

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Run a migration.
    Migrate(Migration),
    /// Send a metadata operation.
    Operate {
        /// What it does, in words.
        what: String,
        /// The operation.
        operation: Value,
    },
}

impl Step {
    /// What it does, in words.
    pub fn what(&self) -> String {
        match self {
            Self::Migrate(migration) => {
                format!("apply migration {}_{}", migration.version, migration.name)
            }
            Self::Operate { what, .. } => what.clone(),
        }
    }
}

/// What is to be done and what is done already.
#[derive(Debug, Default, PartialEq)]
pub struct Plan {
    /// In order.
    pub steps: Vec<Step>,
    /// What stands as it should.
    pub standing: Vec<String>,
}

/// Compares. With `accept_standing` the objects in the database are taken as they are.
///
/// # Errors
///
/// [`Error::Differs`] with everything that stands differently.
pub fn compare(
    migrations: &[Migration],
    wanted: &Value,
    standing: &Standing,
    metadata: &Value,
    accept_standing: bool,
) -> Result<Plan, Error> {
    let mut comparison = Comparison::default();
    comparison.migrations(migrations, standing);
    if !accept_standing {
        comparison.objects(standing);
    }
    comparison.tables(&ours::entries(wanted, "tables"), &ours::entries(metadata, "tables"));
    comparison
        .functions(&ours::entries(wanted, "functions"), &ours::entries(metadata, "functions"));
    if comparison.differs.is_empty() {
        Ok(comparison.plan)
    } else {
        Err(Error::Differs(comparison.differs))
    }
}

#[derive(Default)]
struct Comparison {
    plan: Plan,
    differs: Vec<String>,
}

impl Comparison {
    fn migrations(&mut self, wanted: &[Migration], standing: &Standing) {
        let newest = standing.migrations.keys().next_back().copied();
        for migration in wanted {
            let label = format!("migration {}_{}", migration.version, migration.name);
            match standing.migrations.get(&migration.version) {
                Some(applied) if applied.checksum == migration.checksum() => {
                    self.plan.standing.push(label);
                }
                Some(applied) => self.differs.push(format!(
                    "{label}: another text was applied under this version (as {})",
                    applied.name
                )),
                None if newest.is_some_and(|newest| newest > migration.version) => {
                    self.differs.push(format!("{label}: a newer one is already applied"));
                }
                None => self.plan.steps.push(Step::Migrate(migration.clone())),
            }
        }
        for (version, applied) in &standing.migrations {
            if !wanted.iter().any(|migration| migration.version == *version) {
                self.differs.push(format!(
                    "migration {version}_{} was applied and is not in this folder; deploy from a \
                     newer one",
                    applied.name
                ));
            }
        }
    }

    fn objects(&mut self, standing: &Standing) {
        let ours = |name: &&String| !name.starts_with("server ");
        if standing.migrations.is_empty() {
            for name in standing.present.keys().filter(ours) {
                self.differs
                    .push(format!("{name}: is there, and was not put there by this command"));
            }
            return;
        }
        if standing.present.get("server PostgreSQL") != standing.recorded.get("server PostgreSQL") {
            self.differs.push(
                "PostgreSQL is of another major version than when the migrations were applied, so \
                 that definitions cannot be compared; look, then --accept-standing"
                    .to_owned(),
            );
            return;
        }
        for (name, digest) in &standing.recorded {
            match standing.present.get(name) {
                None => self.differs.push(format!("{name}: is gone")),
                Some(now) if now != digest => self.differs.push(format!("{name}: was changed")),
                Some(_) => {}
            }
        }
        for name in standing.present.keys().filter(|name| !standing.recorded.contains_key(*name)) {
            self.differs.push(format!("{name}: was added"));
        }
    }

    fn tables(&mut self, wanted: &[(&str, &Value)], standing: &[(&str, &Value)]) {
        let there = |name: &str| standing.iter().find(|(n, _)| *n == name).map(|(_, entry)| *entry);
        for (name, _) in wanted {
            let label = format!("tracking of table {name}");
            match there(name) {
                Some(entry) => {
                    self.plan.standing.push(label);
                    self.nothing_else(&format!("table {name}"), entry, &TABLE_KEYS);
                }
                None => self.operate(&label, "pg_track_table", json!({"table": object(name)})),
            }
        }
        for (name, _) in standing {
            if !wanted.iter().any(|(n, _)| n == name) {
                self.differs.push(format!("table {name}: is tracked, and not by us"));
            }
        }
        let empty = json!({});
        for (name, entry) in wanted {
            let stands = there(name).unwrap_or(&empty);
            for kind in RELATIONSHIPS {
                let key = format!("{kind}_relationships");
                self.parts(name, kind, "relationship", "name", "using", &key, entry, stands);
            }
        }
        for (name, entry) in wanted {
            let stands = there(name).unwrap_or(&empty);
            for kind in PERMISSIONS {
                let key = format!("{kind}_permissions");
                self.parts(name, kind, "permission", "role", "permission", &key, entry, stands);
            }
        }
    }

    /// The relationships or permissions of one kind of one table.
    #[expect(
        clippy::too_many_arguments,
        reason = "relationships and permissions differ in names only"
    )]
    fn parts(
        &mut self,
        table: &str,
        kind: &str,
        noun: &str,
        by: &str,
        content: &str,
        key: &str,
        wanted: &Value,
        standing: &Value,
    ) {
        let find = |parts: &Value, named: &Value| {
            ours::list(parts, key).iter().find(|part| part[by] == *named).cloned()
        };
        for part in ours::list(wanted, key) {
            let named = part[by].as_str().unwrap_or_default();
            let label = format!("{kind} {noun} {named} of {table}");
            match find(standing, &part[by]) {
                None => self.operate(
                    &label,
                    &format!("pg_create_{kind}_{noun}"),
                    json!({"table": object(table), by: named, content: part[content]}),
                ),
                Some(there)
                    if ours::comparable(&there[content]) == ours::comparable(&part[content]) =>
                {
                    self.plan.standing.push(label);
                }
                Some(_) => self.differs.push(format!("{label}: is another one")),
            }
        }
        for part in ours::list(standing, key) {
            if find(wanted, &part[by]).is_none() {
                let named = part[by].as_str().unwrap_or_default();
                self.differs.push(format!("{kind} {noun} {named} of {table}: is not ours"));
            }
        }
    }

    fn functions(&mut self, wanted: &[(&str, &Value)], standing: &[(&str, &Value)]) {
        for (name, entry) in wanted {
            let there = standing.iter().find(|(n, _)| n == name).map(|(_, entry)| *entry);
            let label = format!("tracking of function {name}");
            match there {
                None => {
                    self.operate(&label, "pg_track_function", json!({"function": object(name)}));
                }
                Some(stands) => {
                    self.plan.standing.push(label);
                    self.nothing_else(&format!("function {name}"), stands, &FUNCTION_KEYS);
                }
            }
            let empty = json!({});
            let stands = there.unwrap_or(&empty);
            let has = |parts: &Value, role: &Value| {
                ours::list(parts, "permissions").iter().any(|part| part["role"] == *role)
            };
            for part in ours::list(entry, "permissions") {
                let role = part["role"].as_str().unwrap_or_default();
                let label = format!("permission {role} of function {name}");
                if has(stands, &part["role"]) {
                    self.plan.standing.push(label);
                } else {
                    self.operate(
                        &label,
                        "pg_create_function_permission",
                        json!({"function": object(name), "role": role}),
                    );
                }
            }
            for part in ours::list(stands, "permissions") {
                if !has(entry, &part["role"]) {
                    self.differs.push(format!(
                        "permission {} of function {name}: is not ours",
                        part["role"].as_str().unwrap_or_default()
                    ));
                }
            }
        }
        for (name, _) in standing {
            if !wanted.iter().any(|(n, _)| n == name) {
                self.differs.push(format!("function {name}: is tracked, and not by us"));
            }
        }
    }

    /// Whatever else can hang on a table or function, none of it is ours.
    fn nothing_else(&mut self, label: &str, entry: &Value, known: &[&str]) {
        let Some(fields) = entry.as_object() else { return };
        for (key, value) in fields {
            let nothing = value.is_null()
                || value == &json!(false)
                || value == &json!({})
                || value == &json!([])
                || (key == "configuration" && nothing_in_configuration(value));
            if !known.contains(&key.as_str()) && !nothing {
                self.differs.push(format!("{label}: has {key}, which is not ours"));
            }
        }
    }

    fn operate(&mut self, label: &str, kind: &str, mut args: Value) {
        args["source"] = json!(SOURCE);
        self.plan.steps.push(Step::Operate {
            what: format!("create {label}"),
            operation: json!({"type": kind, "args": args}),
        });
    }
}

const TABLE_KEYS: [&str; 7] = [
    "table",
    "object_relationships",
    "array_relationships",
    "select_permissions",
    "insert_permissions",
    "update_permissions",
    "delete_permissions",
];

const FUNCTION_KEYS: [&str; 2] = ["function", "permissions"];

/// The server may write an empty configuration out in full.
fn nothing_in_configuration(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| {
        fields.values().all(|v| v.is_null() || v == &json!({}) || v == &json!([]))
    })
}

fn object(name: &str) -> Value {
    json!({"schema": SCHEMA, "name": name})
}

#[cfg(test)]
mod tests;
