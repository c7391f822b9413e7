//! `query_root`, `mutation_root`, `subscription_root` (facts 6.2).

use super::rows::select_arguments;
use super::types::{FieldDef, InputDef, Kind, Means, OnNull, Reading, RoleSchema, Root, TypeRef};
use super::{
    actions, column_input, columns, enum_values, functions, introspection, mutations, spoken,
};
use crate::model::{Model, SelectAccess, Table};

/// Adds the roots that `role` has.
pub(super) fn add(schema: &mut RoleSchema, model: &Model, role: &str, backend_only: bool) {
    let mut query = Vec::new();
    let mut mutation = Vec::new();
    let mut subscription = Vec::new();
    for table in model.tables.values() {
        if let Some(access) = table.select.get(role) {
            query.append(&mut selects(schema, role, table, access, access.roots.as_deref()));
            let roots = access.subscription_roots.as_deref();
            subscription.append(&mut selects(schema, role, table, access, roots));
            if has(roots, "select_stream") && !access.columns.is_empty() {
                subscription.push(stream(schema, table, access));
            }
        }
        mutation.append(&mut writes(schema, role, table, backend_only));
    }
    actions::add(schema, model, role, &mut query, &mut mutation);
    functions::add(schema, model, role, &mut query, &mut mutation, &mut subscription);
    if !query.iter().any(|field| !matches!(field.means, Means::Unsupported(_))) {
        query.push(
            FieldDef::new("no_queries_available", TypeRef::named("String"), Means::Nothing)
                .described("There are no queries available to the current role. Either there are no sources or remote schemas configured, or the current role doesn't have the required permissions."),
        );
    }
    query.append(&mut introspection::roots());
    schema.mutations = !mutation.is_empty();
    schema.subscriptions = !subscription.is_empty();
    let mut root = |name: &str, mut fields: Vec<FieldDef>| {
        if !fields.is_empty() {
            fields.sort_by(|one, other| one.name.cmp(&other.name));
            let description = (name == "mutation_root").then(|| "mutation root".to_owned());
            schema.add(name, description, Kind::Object(fields));
        }
    };
    root("query_root", query);
    root("mutation_root", mutation);
    root("subscription_root", subscription);
}

fn has(roots: Option<&[String]>, kind: &str) -> bool {
    roots.is_none_or(|roots| roots.iter().any(|root| root == kind))
}

fn keys(schema: &mut RoleSchema, table: &Table) -> Vec<InputDef> {
    let mut args: Vec<InputDef> = table
        .relation
        .primary_key()
        .iter()
        .filter_map(|name| table.relation.column(name))
        .map(|column| {
            let mut input = column_input(schema, table, column, OnNull::Refused);
            input.ty = input.ty.required();
            input
        })
        .collect();
    args.sort_by(|one, other| one.name.cmp(&other.name));
    args
}

fn selects(
    schema: &mut RoleSchema,
    role: &str,
    table: &Table,
    access: &SelectAccess,
    roots: Option<&[String]>,
) -> Vec<FieldDef> {
    let t = &table.graphql;
    let mut fields = Vec::new();
    if has(roots, "select") {
        let ty = TypeRef::named(t).required().list().required();
        fields.push(
            FieldDef::new(table.root("select"), ty, Means::Root(Root::Select, table.name.clone()))
                .taking(select_arguments(table, access))
                .described(format!("fetch data from the table: \"{}\"", spoken(table))),
        );
    }
    if has(roots, "select_by_pk") && table.sees_key(role) {
        let args = keys(schema, table);
        let means = Means::Root(Root::ByPk, table.name.clone());
        fields.push(
            FieldDef::new(table.root("select_by_pk"), TypeRef::named(t), means)
                .taking(args)
                .described(format!(
                    "fetch data from the table: \"{}\" using primary key columns",
                    spoken(table)
                )),
        );
    }
    if has(roots, "select_aggregate") && access.aggregations {
        let ty = TypeRef::named(format!("{t}_aggregate")).required();
        let means = Means::Root(Root::Aggregate, table.name.clone());
        fields.push(
            FieldDef::new(table.root("select_aggregate"), ty, means)
                .taking(select_arguments(table, access))
                .described(format!(
                    "fetch aggregated fields from the table: \"{}\"",
                    spoken(table)
                )),
        );
    }
    fields
}

/// Only told of: a subscription needs a websocket, and there is none.
fn stream(schema: &mut RoleSchema, table: &Table, access: &SelectAccess) -> FieldDef {
    let t = &table.graphql;
    schema.add(
        "cursor_ordering",
        Some("ordering argument of a cursor".to_owned()),
        enum_values([
            ("ASC".to_owned(), "ascending ordering of the cursor"),
            ("DESC".to_owned(), "descending ordering of the cursor"),
        ]),
    );
    let mut values: Vec<InputDef> = Vec::new();
    for column in columns(table, &access.columns) {
        values.push(column_input(schema, table, column, OnNull::Kept));
    }
    values.sort_by(|one, other| one.name.cmp(&other.name));
    let value = format!("{t}_stream_cursor_value_input");
    schema.add(
        &value,
        Some("Initial value of the column from where the streaming should start".to_owned()),
        Kind::Input(values),
    );
    let cursor = format!("{t}_stream_cursor_input");
    schema.add(
        &cursor,
        Some(format!("Streaming cursor of the table \"{t}\"")),
        Kind::Input(vec![
            InputDef::new("initial_value", TypeRef::named(value).required())
                .described("Stream column input with initial value"),
            InputDef::new("ordering", TypeRef::named("cursor_ordering"))
                .described("cursor ordering"),
        ]),
    );
    let rows = TypeRef::named(t).required().list().required();
    let means = Means::Root(Root::Stream, table.name.clone());
    FieldDef::new(table.root("select_stream"), rows, means)
        .taking(vec![
            InputDef::new("batch_size", TypeRef::named("Int").required())
                .read(Reading::Limit)
                .described("maximum number of rows returned in a single batch"),
            InputDef::new("cursor", TypeRef::named(cursor).list().required())
                .described("cursor to stream the results returned by the query"),
            InputDef::new("where", TypeRef::named(format!("{t}_bool_exp")))
                .described("filter the rows returned"),
        ])
        .described(format!(
            "fetch data from the table in a streaming manner: \"{}\"",
            spoken(table)
        ))
}

fn writes(schema: &mut RoleSchema, role: &str, table: &Table, backend_only: bool) -> Vec<FieldDef> {
    let t = &table.graphql;
    let readable = table.select.contains_key(role);
    let response = || TypeRef::named(format!("{t}_mutation_response"));
    let means = |root| Means::Root(root, table.name.clone());
    let mut fields = Vec::new();
    let exists = |hidden: bool| !hidden || backend_only;
    if table.insert.get(role).is_some_and(|access| exists(access.backend_only)) {
        let object = TypeRef::named(format!("{t}_insert_input")).required();
        let conflict = || {
            let ty = format!("{t}_on_conflict");
            InputDef::new("on_conflict", TypeRef::named(ty))
                .null(OnNull::Refused)
                .described("upsert condition")
        };
        let with_conflict = |mut args: Vec<InputDef>| {
            if !table.relation.uniques.is_empty() {
                args.push(conflict());
            }
            args
        };
        let objects = object.clone().list().required();
        let objects = InputDef::new("objects", objects).described("the rows to be inserted");
        fields.push(
            FieldDef::new(table.root("insert"), response(), means(Root::Insert))
                .taking(with_conflict(vec![objects]))
                .described(format!("insert data into the table: \"{}\"", spoken(table))),
        );
        if readable {
            let object = InputDef::new("object", object).described("the row to be inserted");
            fields.push(
                FieldDef::new(table.root("insert_one"), TypeRef::named(t), means(Root::InsertOne))
                    .taking(with_conflict(vec![object]))
                    .described(format!(
                        "insert a single row into the table: \"{}\"",
                        spoken(table)
                    )),
            );
        }
    }
    let filter = |what: &str| {
        let ty = TypeRef::named(format!("{t}_bool_exp")).required();
        InputDef::new("where", ty).described(format!("filter the rows which have to be {what}"))
    };
    if table.update.get(role).is_some_and(|access| exists(access.backend_only)) {
        let operators = mutations::operators(schema, table);
        let mut args = operators.clone();
        args.push(filter("updated"));
        fields.push(
            FieldDef::new(table.root("update"), response(), means(Root::Update))
                .taking(args)
                .described(format!("update data of the table: \"{}\"", spoken(table))),
        );
        if table.sees_key(role) {
            let mut args = operators;
            let ty = TypeRef::named(format!("{t}_pk_columns_input")).required();
            args.push(InputDef::new("pk_columns", ty));
            let root = table.root("update_by_pk");
            fields.push(
                FieldDef::new(root, TypeRef::named(t), means(Root::UpdateByPk))
                    .taking(args)
                    .described(format!("update single row of the table: \"{}\"", spoken(table))),
            );
        }
        let ty = TypeRef::named(format!("{t}_updates")).required().list().required();
        fields.push(
            FieldDef::new(table.root("update_many"), response().list(), means(Root::UpdateMany))
                .taking(vec![
                    InputDef::new("updates", ty).described("updates to execute, in order"),
                ])
                .described(format!("update multiples rows of table: \"{}\"", spoken(table))),
        );
    }
    if table.delete.get(role).is_some_and(|access| exists(access.backend_only)) {
        fields.push(
            FieldDef::new(table.root("delete"), response(), means(Root::Delete))
                .taking(vec![filter("deleted")])
                .described(format!("delete data from the table: \"{}\"", spoken(table))),
        );
        if table.sees_key(role) {
            let args = keys(schema, table);
            let root = table.root("delete_by_pk");
            fields.push(
                FieldDef::new(root, TypeRef::named(t), means(Root::DeleteByPk))
                    .taking(args)
                    .described(format!("delete single row from the table: \"{}\"", spoken(table))),
            );
        }
    }
    fields
}
