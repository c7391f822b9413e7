//! Building the model; what does not fit is listed and left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    DeleteAccess, Filter, Inconsistent, InsertAccess, Model, SelectAccess, Table, Tables,
    UpdateAccess, functions, relationships,
};
use crate::catalogue::{Catalogue, Relation};
use crate::metadata::{Columns, Metadata, PermissionEntry, RelationshipEntry, Source, TableEntry};
use crate::predicate::permission::{self, Problem};
use crate::predicate::{BoolExp, Operand};

/// Metadata and catalogue together.
#[must_use]
pub fn build(metadata: &Metadata, catalogue: &Catalogue) -> Model {
    let mut model = Model {
        actions: metadata.actions.clone(),
        custom_types: metadata.custom_types.clone(),
        inherited: metadata.inherited_roles.iter().map(|role| role.role_name.clone()).collect(),
        ..Model::default()
    };
    for source in &metadata.sources {
        let mut builder = Builder { source, catalogue, inconsistent: Vec::new() };
        let mut tables = builder.tables();
        builder.permissions(&mut tables);
        for entry in &source.functions {
            match functions::resolve(entry, &source.name, catalogue, &tables) {
                Ok(function) => {
                    model.functions.insert(function.name.clone(), function);
                }
                Err(inconsistent) => builder.inconsistent.push(inconsistent),
            }
        }
        model.tables.append(&mut tables);
        model.inconsistent.append(&mut builder.inconsistent);
    }
    model
}

struct Builder<'a> {
    source: &'a Source,
    catalogue: &'a Catalogue,
    inconsistent: Vec<Inconsistent>,
}

impl Builder<'_> {
    fn tables(&mut self) -> Tables {
        let mut tables = Tables::new();
        for entry in &self.source.tables {
            let Some(relation) = self.catalogue.get(&entry.table) else {
                self.inconsistent.push(Inconsistent {
                    kind: "table".to_owned(),
                    name: format!("table {} in source {}", entry.table, self.source.name),
                    reason: format!(
                        "Inconsistent object: no such table/view exists in source: \"{}\"",
                        entry.table
                    ),
                    definition: json!({ "schema": entry.table.schema, "name": entry.table.name }),
                });
                continue;
            };
            let table = self.table(entry, relation);
            tables.insert(entry.table.clone(), table);
        }
        self.dangling(&mut tables);
        tables
    }

    /// A relationship whose target is not tracked leads nowhere.
    fn dangling(&mut self, tables: &mut Tables) {
        let tracked: BTreeSet<_> = tables.keys().cloned().collect();
        for table in tables.values_mut() {
            let (kept, gone): (Vec<_>, Vec<_>) = std::mem::take(&mut table.relationships)
                .into_iter()
                .partition(|relationship| tracked.contains(&relationship.target));
            table.relationships = kept;
            for one in gone {
                let kind = if one.many { "array_relation" } else { "object_relation" };
                self.inconsistent.push(Inconsistent {
                    kind: kind.to_owned(),
                    name: format!(
                        "{kind} {} in table {} in source {}",
                        one.name, table.name, self.source.name
                    ),
                    reason: format!(
                        "Inconsistent object: in table \"{}\": in relationship \"{}\": table \"{}\" is not tracked",
                        table.name, one.name, one.target
                    ),
                    definition: Value::Null,
                });
            }
        }
    }

    fn table(&mut self, entry: &TableEntry, relation: &Relation) -> Table {
        let graphql = entry.configuration.custom_name.clone().unwrap_or_else(|| {
            if entry.table.schema == "public" {
                entry.table.name.clone()
            } else {
                format!("{}_{}", entry.table.schema, entry.table.name)
            }
        });
        let mut table = Table {
            name: entry.table.clone(),
            graphql,
            relation: relation.clone(),
            relationships: Vec::new(),
            computed: entry.computed_fields.iter().map(|field| field.name.clone()).collect(),
            select: BTreeMap::new(),
            insert: BTreeMap::new(),
            update: BTreeMap::new(),
            delete: BTreeMap::new(),
            configuration: entry.configuration.clone(),
        };
        for one in &entry.object_relationships {
            self.relationship(&mut table, one, false);
        }
        for one in &entry.array_relationships {
            self.relationship(&mut table, one, true);
        }
        administrator(&mut table);
        table
    }

    fn relationship(&mut self, table: &mut Table, entry: &RelationshipEntry, many: bool) {
        match relationships::resolve(
            self.catalogue,
            &table.name,
            &table.relation,
            &entry.name,
            many,
            &entry.using,
        ) {
            Ok(relationship) => table.relationships.push(relationship),
            Err(reason) => {
                let kind = if many { "array_relation" } else { "object_relation" };
                self.inconsistent.push(Inconsistent {
                    kind: kind.to_owned(),
                    name: format!(
                        "{kind} {} in table {} in source {}",
                        entry.name, table.name, self.source.name
                    ),
                    reason: format!(
                        "Inconsistent object: in table \"{}\": in relationship \"{}\": {reason}",
                        table.name, entry.name
                    ),
                    definition: json!({ "name": entry.name, "using": entry.using }),
                });
            }
        }
    }

    fn permissions(&mut self, tables: &mut Tables) {
        for entry in &self.source.tables {
            let Some(table) = tables.get(&entry.table).cloned() else { continue };
            let read = Reader { tables, table: &table };
            let mut done = table.clone();
            for one in &entry.select_permissions {
                self.keep(&table, "select", one, read.select(one), &mut done.select);
            }
            for one in &entry.insert_permissions {
                self.keep(&table, "insert", one, read.insert(one), &mut done.insert);
            }
            for one in &entry.update_permissions {
                self.keep(&table, "update", one, read.update(one), &mut done.update);
            }
            for one in &entry.delete_permissions {
                let access = read.filter(&one.permission.filter).map(|filter| DeleteAccess {
                    filter: read.known(filter, &one.permission.other),
                    backend_only: one.permission.backend_only,
                });
                self.keep(&table, "delete", one, access, &mut done.delete);
            }
            tables.insert(entry.table.clone(), done);
        }
    }

    fn keep<P: Serialize, A>(
        &mut self,
        table: &Table,
        kind: &str,
        entry: &PermissionEntry<P>,
        access: Result<A, String>,
        into: &mut BTreeMap<String, A>,
    ) {
        match access {
            Ok(access) => {
                into.insert(entry.role.clone(), access);
            }
            Err(reason) => self.inconsistent.push(Inconsistent {
                kind: format!("{kind}_permission"),
                name: format!(
                    "{kind}_permission {} in table {} in source {}",
                    entry.role, table.name, self.source.name
                ),
                reason: format!(
                    "Inconsistent object: in table \"{}\": in permission for role \"{}\": {reason}",
                    table.name, entry.role
                ),
                definition: serde_json::to_value(entry).unwrap_or_default(),
            }),
        }
    }
}

/// The administrator may do everything that the relation allows.
fn administrator(table: &mut Table) {
    let columns = || table.relation.columns.iter();
    let all: Vec<String> = columns().map(|one| one.name.clone()).collect();
    let writable: Vec<String> =
        columns().filter(|one| one.writable).map(|one| one.name.clone()).collect();
    let every = || Filter::Known(BoolExp::always());
    let role = || "admin".to_owned();
    table.select.insert(
        role(),
        SelectAccess {
            columns: all,
            filter: every(),
            limit: None,
            aggregations: true,
            roots: None,
            subscription_roots: None,
        },
    );
    if table.relation.insertable {
        table.insert.insert(
            role(),
            InsertAccess {
                columns: writable.clone(),
                check: every(),
                set: BTreeMap::new(),
                backend_only: false,
            },
        );
    }
    if table.relation.updatable {
        table.update.insert(
            role(),
            UpdateAccess {
                columns: writable,
                filter: every(),
                check: None,
                set: BTreeMap::new(),
                backend_only: false,
            },
        );
        table.delete.insert(role(), DeleteAccess { filter: every(), backend_only: false });
    }
}

/// Reads the permissions of one table.
struct Reader<'a> {
    tables: &'a Tables,
    table: &'a Table,
}

impl Reader<'_> {
    fn select(
        &self,
        entry: &PermissionEntry<crate::metadata::SelectPermission>,
    ) -> Result<SelectAccess, String> {
        let permission = &entry.permission;
        let limit = match permission.limit {
            None => None,
            Some(limit) => {
                Some(u32::try_from(limit).map_err(|_| "unexpected negative value".to_owned())?)
            }
        };
        Ok(SelectAccess {
            columns: self.columns(&permission.columns)?,
            filter: self.known(self.filter(&permission.filter)?, &permission.other),
            limit,
            aggregations: permission.allow_aggregations,
            roots: permission.query_root_fields.clone(),
            subscription_roots: permission.subscription_root_fields.clone(),
        })
    }

    fn insert(
        &self,
        entry: &PermissionEntry<crate::metadata::InsertPermission>,
    ) -> Result<InsertAccess, String> {
        let permission = &entry.permission;
        let all = Columns::All("*".to_owned());
        Ok(InsertAccess {
            columns: self
                .written(permission.columns.as_ref().unwrap_or(&all), ("insertable", "insert"))?,
            check: self.known(self.filter(&permission.check)?, &permission.other),
            set: self.presets(&permission.set)?,
            backend_only: permission.backend_only,
        })
    }

    fn update(
        &self,
        entry: &PermissionEntry<crate::metadata::UpdatePermission>,
    ) -> Result<UpdateAccess, String> {
        let permission = &entry.permission;
        let check = match &permission.check {
            None | Some(Value::Null) => None,
            Some(check) => Some(self.filter(check)?),
        };
        Ok(UpdateAccess {
            columns: self.written(&permission.columns, ("updatable", "update"))?,
            filter: self.known(self.filter(&permission.filter)?, &permission.other),
            check,
            set: self.presets(&permission.set)?,
            backend_only: permission.backend_only,
        })
    }

    fn filter(&self, value: &Value) -> Result<Filter, String> {
        match permission::read(self.tables, self.table, value) {
            Ok(exp) => Ok(Filter::Known(exp)),
            Err(Problem::Unsupported(why)) => Ok(Filter::Unknown(why)),
            Err(Problem::Wrong(why)) => Err(why),
        }
    }

    /// A key that changes what a permission means makes it one the stand-in does not know.
    fn known(&self, filter: Filter, other: &serde_json::Map<String, Value>) -> Filter {
        let odd = other.iter().find(|(key, value)| {
            !matches!(key.as_str(), "computed_fields" | "comment")
                && !value.is_null()
                && **value != json!([])
                && **value != json!({})
        });
        match odd {
            Some((key, _)) => Filter::Unknown(format!("the key \"{key}\"")),
            None => filter,
        }
    }

    fn columns(&self, columns: &Columns) -> Result<Vec<String>, String> {
        if let Columns::Some(names) = columns
            && let Some(missing) =
                names.iter().find(|name| self.table.relation.column(name).is_none())
        {
            return Err(format!("column \"{missing}\" does not exist"));
        }
        Ok(self
            .table
            .relation
            .columns
            .iter()
            .filter(|column| columns.has(&column.name))
            .map(|column| column.name.clone())
            .collect())
    }

    /// Those of `columns` that can be written; one that is named and cannot be is a mistake, in
    /// these `words`: what it is not, and the permission.
    fn written(&self, columns: &Columns, words: (&str, &str)) -> Result<Vec<String>, String> {
        let mut names = self.columns(columns)?;
        let fixed =
            |name: &String| self.table.relation.column(name).is_some_and(|column| !column.writable);
        if let Columns::Some(_) = columns
            && let Some(name) = names.iter().find(|name| fixed(name))
        {
            let (what, kind) = words;
            return Err(format!(
                "Column \"{name}\" is not {what} and so cannot have {kind} permissions defined"
            ));
        }
        names.retain(|name| !fixed(name));
        Ok(names)
    }

    fn presets(
        &self,
        set: &BTreeMap<String, Value>,
    ) -> Result<BTreeMap<String, Option<Operand>>, String> {
        set.iter()
            .map(|(name, value)| {
                let column = self
                    .table
                    .relation
                    .column(name)
                    .ok_or_else(|| format!("column \"{name}\" does not exist"))?;
                if value.is_null() {
                    return Ok((name.clone(), None));
                }
                permission::operand(&column.ty, value)
                    .map(|operand| (name.clone(), Some(operand)))
                    .map_err(|problem| match problem {
                        Problem::Wrong(why) | Problem::Unsupported(why) => why,
                    })
            })
            .collect()
    }
}
