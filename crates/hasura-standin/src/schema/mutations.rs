//! The types that a role writes with (facts 6.3).

use super::types::{
    EnumDef, FieldDef, InputDef, Kind, Means, OnNull, Reading, RoleSchema, TypeRef,
};
use super::{column_input, columns, enum_values, spoken};
use crate::catalogue::PgType;
use crate::model::{Model, Table, UpdateAccess};

/// Adds what `role` writes into `table` with.
pub(super) fn add(
    schema: &mut RoleSchema,
    model: &Model,
    role: &str,
    table: &Table,
    backend_only: bool,
) {
    let exists = |hidden: bool| !hidden || backend_only;
    let insert = table.insert.get(role).filter(|access| exists(access.backend_only));
    let update = table.update.get(role).filter(|access| exists(access.backend_only));
    let delete = table.delete.get(role).filter(|access| exists(access.backend_only));
    if insert.is_none() && update.is_none() && delete.is_none() {
        return;
    }
    response(schema, role, table);
    if !table.select.contains_key(role) {
        without_columns(schema, table);
    }
    if insert.is_some() {
        insert_input(schema, model, role, table, backend_only);
        if !table.relation.uniques.is_empty() {
            on_conflict(schema, table, update);
        }
    }
    if let Some(access) = update {
        update_inputs(schema, role, table, access);
    }
}

/// Conditions of a role that may write rows but not read them: they can name no column.
fn without_columns(schema: &mut RoleSchema, table: &Table) {
    let name = format!("{}_bool_exp", table.graphql);
    let itself = || TypeRef::named(&name);
    let description = format!(
        "Boolean expression to filter rows from the table \"{}\". All fields are combined with a logical 'AND'.",
        spoken(table)
    );
    let fields = vec![
        InputDef::new("_and", itself().required().list()).null(OnNull::Refused),
        InputDef::new("_not", itself()).null(OnNull::Refused),
        InputDef::new("_or", itself().required().list()).null(OnNull::Refused),
    ];
    schema.add(&name, Some(description), Kind::Input(fields));
}

fn response(schema: &mut RoleSchema, role: &str, table: &Table) {
    let int = TypeRef::named("Int").required();
    let mut fields = vec![
        FieldDef::new("affected_rows", int, Means::AffectedRows)
            .described("number of rows affected by the mutation"),
    ];
    if table.select.contains_key(role) {
        let rows = TypeRef::named(&table.graphql).required().list().required();
        fields.push(
            FieldDef::new("returning", rows, Means::Returning)
                .described("data from the rows affected by the mutation"),
        );
    }
    schema.add(
        format!("{}_mutation_response", table.graphql),
        Some(format!("response of any mutation on the table \"{}\"", spoken(table))),
        Kind::Object(fields),
    );
}

fn insert_input(
    schema: &mut RoleSchema,
    model: &Model,
    role: &str,
    table: &Table,
    backend_only: bool,
) {
    let Some(access) = table.insert.get(role) else { return };
    let name = format!("{}_insert_input", table.graphql);
    let mut fields = Vec::new();
    for column in columns(table, &access.columns) {
        if access.set.contains_key(&column.name) {
            continue;
        }
        let null = if column.nullable { OnNull::Kept } else { OnNull::Refused };
        fields.push(column_input(schema, table, column, null));
    }
    for one in &table.relationships {
        let Some(target) = model.tables.get(&one.target) else { continue };
        let allowed =
            target.insert.get(role).is_some_and(|there| !there.backend_only || backend_only);
        if !allowed {
            continue;
        }
        let kind = if one.many { "arr" } else { "obj" };
        let ty = format!("{}_{kind}_rel_insert_input", target.graphql);
        let data = TypeRef::named(format!("{}_insert_input", target.graphql)).required();
        let data = if one.many { data.list().required() } else { data };
        let mut inner = vec![InputDef::new("data", data)];
        if !target.relation.uniques.is_empty() {
            let conflict = TypeRef::named(format!("{}_on_conflict", target.graphql));
            inner.push(InputDef::new("on_conflict", conflict).described("upsert condition"));
        }
        let what = if one.many { "array" } else { "object" };
        schema.add(
            &ty,
            Some(format!(
                "input type for inserting {what} relation for remote table \"{}\"",
                spoken(target)
            )),
            Kind::Input(inner),
        );
        let why = format!("inserting through the relationship \"{}\"", one.name);
        fields.push(InputDef::new(&one.name, TypeRef::named(ty)).read(Reading::Unsupported(why)));
    }
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    schema.add(
        name,
        Some(format!("input type for inserting data into table \"{}\"", spoken(table))),
        Kind::Input(fields),
    );
}

fn on_conflict(schema: &mut RoleSchema, table: &Table, update: Option<&UpdateAccess>) {
    let t = &table.graphql;
    let values = table
        .relation
        .uniques
        .iter()
        .map(|unique| {
            let names: Vec<_> =
                unique.columns.iter().map(|column| format!("\"{column}\"")).collect();
            EnumDef {
                name: unique.name.clone(),
                description: Some(format!(
                    "unique or primary key constraint on columns {}",
                    names.join(", ")
                )),
            }
        })
        .collect();
    schema.add(
        format!("{t}_constraint"),
        Some(format!("unique or primary key constraints on table \"{}\"", spoken(table))),
        Kind::Enum(values),
    );
    let mut values: Vec<(String, &'static str)> = match update {
        Some(access) => columns(table, &access.columns)
            .filter(|column| !access.set.contains_key(&column.name))
            .map(|column| (table.graphql_name(&column.name).to_owned(), "column name"))
            .collect(),
        None => Vec::new(),
    };
    values.sort();
    if values.is_empty() {
        values.push(("_PLACEHOLDER".to_owned(), "placeholder (do not use)"));
    }
    schema.add(
        format!("{t}_update_column"),
        Some(format!("update columns of table \"{}\"", spoken(table))),
        enum_values(values),
    );
    let constraint = TypeRef::named(format!("{t}_constraint")).required();
    let updated = TypeRef::named(format!("{t}_update_column")).required().list().required();
    let mut fields = vec![
        InputDef::new("constraint", constraint),
        InputDef { default: Some("[]".to_owned()), ..InputDef::new("update_columns", updated) },
    ];
    fields.push(
        InputDef::new("where", TypeRef::named(format!("{t}_bool_exp"))).null(OnNull::Refused),
    );
    schema.add(
        format!("{t}_on_conflict"),
        Some(format!("on_conflict condition type for table \"{}\"", spoken(table))),
        Kind::Input(fields),
    );
}

/// The operators of an update: name, part of its type's name, description.
pub(super) const OPERATORS: &[(&str, &str, &str)] = &[
    ("_append", "append", "append existing jsonb value of filtered columns with new jsonb value"),
    (
        "_delete_at_path",
        "delete_at_path",
        "delete the field or element with specified path (for JSON arrays, negative integers count from the end)",
    ),
    (
        "_delete_elem",
        "delete_elem",
        "delete the array element with specified index (negative integers count from the end). throws an error if top level container is not an array",
    ),
    (
        "_delete_key",
        "delete_key",
        "delete key/value pair or string element. key/value pairs are matched based on their key value",
    ),
    ("_inc", "inc", "increments the numeric columns with given value of the filtered values"),
    (
        "_prepend",
        "prepend",
        "prepend existing jsonb value of filtered columns with new jsonb value",
    ),
    ("_set", "set", "sets the columns of the filtered rows to the given values"),
];

/// The operators that `table` has in this schema, as inputs.
pub(super) fn operators(schema: &RoleSchema, table: &Table) -> Vec<InputDef> {
    OPERATORS
        .iter()
        .filter_map(|(operator, part, description)| {
            let ty = format!("{}_{part}_input", table.graphql);
            schema
                .types
                .contains_key(&ty)
                .then(|| InputDef::new(*operator, TypeRef::named(ty)).described(*description))
        })
        .collect()
}

fn update_inputs(schema: &mut RoleSchema, role: &str, table: &Table, access: &UpdateAccess) {
    let t = &table.graphql;
    for (operator, part, description) in OPERATORS {
        let mut fields = Vec::new();
        for column in columns(table, &access.columns) {
            if access.set.contains_key(&column.name) {
                continue;
            }
            let name = table.graphql_name(&column.name);
            let jsonb = column.ty.plain() == Some("jsonb");
            let read = |ty: &str| Reading::Column(PgType::builtin(ty));
            let field = match *operator {
                "_set" => {
                    let null = if column.nullable { OnNull::Kept } else { OnNull::Refused };
                    column_input(schema, table, column, null)
                }
                "_inc" if column.ty.is_numeric() => {
                    column_input(schema, table, column, OnNull::Refused)
                }
                "_append" | "_prepend" if jsonb => {
                    column_input(schema, table, column, OnNull::Refused)
                }
                "_delete_key" if jsonb => {
                    InputDef::new(name, TypeRef::named("String")).read(read("text"))
                }
                "_delete_elem" if jsonb => {
                    InputDef::new(name, TypeRef::named("Int")).read(read("int4"))
                }
                "_delete_at_path" if jsonb => {
                    let ty = TypeRef::named("String").required().list();
                    InputDef::new(name, ty).read(read("text"))
                }
                _ => continue,
            };
            fields.push(field);
        }
        if fields.is_empty() {
            continue;
        }
        fields.sort_by(|one, other| one.name.cmp(&other.name));
        let description = if *operator == "_set" {
            format!("input type for updating data in table \"{}\"", spoken(table))
        } else if *operator == "_inc" {
            format!("input type for incrementing numeric columns in table \"{}\"", spoken(table))
        } else {
            (*description).to_owned()
        };
        schema.add(format!("{t}_{part}_input"), Some(description), Kind::Input(fields));
    }
    let mut fields = operators(schema, table);
    let ty = TypeRef::named(format!("{t}_bool_exp")).required();
    fields.push(InputDef::new("where", ty).described("filter the rows which have to be updated"));
    schema.add(format!("{t}_updates"), None, Kind::Input(fields));
    if table.sees_key(role) {
        let mut fields: Vec<InputDef> = table
            .relation
            .primary_key()
            .to_vec()
            .iter()
            .filter_map(|name| table.relation.column(name))
            .map(|column| {
                let input = column_input(schema, table, column, OnNull::Refused);
                InputDef { ty: input.ty.clone().required(), ..input }
            })
            .collect();
        fields.sort_by(|one, other| one.name.cmp(&other.name));
        schema.add(
            format!("{t}_pk_columns_input"),
            Some(format!("primary key columns input for table: {}", spoken(table))),
            Kind::Input(fields),
        );
    }
}
