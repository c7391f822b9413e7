//! The types of a table that a role may read (facts 6.3).

use super::types::{FieldDef, InputDef, Kind, Means, OnNull, Reading, RoleSchema, TypeRef};
use super::{column_type, columns, comparison, enum_values, spoken};
use crate::catalogue::PgType;
use crate::model::{Model, SelectAccess, Table};

/// Adds what `role` sees of `table`.
pub(super) fn add(schema: &mut RoleSchema, model: &Model, role: &str, table: &Table) {
    let Some(access) = table.select.get(role) else { return };
    object(schema, model, role, table, access);
    conditions(schema, model, role, table, access);
    order(schema, model, role, table, access);
    if !access.columns.is_empty() {
        let names = columns(table, &access.columns)
            .map(|column| (table.graphql_name(&column.name).to_owned(), "column name"));
        let values = enum_values(sorted(names.collect()));
        schema.add(
            format!("{}_select_column", table.graphql),
            Some(format!("select columns of table \"{}\"", spoken(table))),
            values,
        );
    }
    if access.aggregations {
        aggregate(schema, table, access);
    }
}

fn sorted<T>(mut values: Vec<(String, T)>) -> Vec<(String, T)> {
    values.sort_by(|one, other| one.0.cmp(&other.0));
    values
}

/// The arguments of a field that gives rows of `table` (facts 6.7).
pub(super) fn select_arguments(table: &Table, access: &SelectAccess) -> Vec<InputDef> {
    let t = &table.graphql;
    let int = || TypeRef::named("Int");
    let mut args = Vec::new();
    if !access.columns.is_empty() {
        let ty = TypeRef::named(format!("{t}_select_column")).required().list();
        args.push(InputDef::new("distinct_on", ty).described("distinct select on columns"));
    }
    args.push(
        InputDef::new("limit", int())
            .read(Reading::Limit)
            .described("limit the number of rows returned"),
    );
    args.push(
        InputDef::new("offset", int())
            .read(Reading::Offset)
            .described("skip the first n rows. Use only with order_by"),
    );
    let ty = TypeRef::named(format!("{t}_order_by")).required().list();
    args.push(InputDef::new("order_by", ty).described("sort the rows by one or more columns"));
    let ty = TypeRef::named(format!("{t}_bool_exp"));
    args.push(InputDef::new("where", ty).described("filter the rows returned"));
    args
}

fn object(
    schema: &mut RoleSchema,
    model: &Model,
    role: &str,
    table: &Table,
    access: &SelectAccess,
) {
    let mut fields = Vec::new();
    for column in columns(table, &access.columns) {
        let ty = column_type(schema, &column.ty).required_if(!column.nullable);
        let name = table.graphql_name(&column.name);
        let mut field = FieldDef::new(name, ty, Means::Column(column.name.clone()));
        field.description.clone_from(&column.comment);
        if column.ty.is_json() {
            let path =
                InputDef::new("path", TypeRef::named("String")).described("JSON select path");
            field = field.taking(vec![path]);
        }
        fields.push(field);
    }
    for one in &table.relationships {
        let Some(target) = model.tables.get(&one.target) else { continue };
        let Some(there) = target.select.get(role) else { continue };
        let means = Means::Related(one.name.clone());
        if !one.many {
            let ty = TypeRef::named(&target.graphql).required_if(one.total);
            fields.push(FieldDef::new(&one.name, ty, means).described("An object relationship"));
            continue;
        }
        let ty = TypeRef::named(&target.graphql).required().list().required();
        fields.push(
            FieldDef::new(&one.name, ty, means)
                .taking(select_arguments(target, there))
                .described("An array relationship"),
        );
        if there.aggregations {
            let ty = TypeRef::named(format!("{}_aggregate", target.graphql)).required();
            let means = Means::RelatedAggregate(one.name.clone());
            fields.push(
                FieldDef::new(format!("{}_aggregate", one.name), ty, means)
                    .taking(select_arguments(target, there))
                    .described("An aggregate relationship"),
            );
        }
    }
    for name in &table.computed {
        let why = format!("the computed field \"{name}\"");
        for name in [name.clone(), format!("{name}_aggregate")] {
            let refused = Means::Unsupported(why.clone());
            fields.push(FieldDef::new(name, TypeRef::named("String"), refused));
        }
    }
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    let description = table
        .relation
        .comment
        .clone()
        .unwrap_or_else(|| format!("columns and relationships of \"{}\"", spoken(table)));
    schema.add(&table.graphql, Some(description), Kind::Object(fields));
}

fn conditions(
    schema: &mut RoleSchema,
    model: &Model,
    role: &str,
    table: &Table,
    access: &SelectAccess,
) {
    let name = format!("{}_bool_exp", table.graphql);
    let itself = || TypeRef::named(&name);
    let refused = |input: InputDef| input.null(OnNull::Refused);
    let mut fields = vec![
        refused(InputDef::new("_and", itself().required().list())),
        refused(InputDef::new("_not", itself())),
        refused(InputDef::new("_or", itself().required().list())),
    ];
    for column in columns(table, &access.columns) {
        let ty = comparison::of(schema, &column.ty);
        fields.push(refused(InputDef::new(table.graphql_name(&column.name), ty)));
    }
    for one in &table.relationships {
        let Some(target) = model.tables.get(&one.target) else { continue };
        let Some(there) = target.select.get(role) else { continue };
        let ty = TypeRef::named(format!("{}_bool_exp", target.graphql));
        fields.push(refused(InputDef::new(&one.name, ty)));
        if one.many && there.aggregations {
            let ty = aggregate_condition(schema, target, there);
            fields.push(refused(InputDef::new(format!("{}_aggregate", one.name), ty)));
        }
    }
    for computed in &table.computed {
        let why = format!("the computed field \"{computed}\" in a condition");
        fields.push(
            InputDef::new(computed, TypeRef::named("String")).read(Reading::Unsupported(why)),
        );
    }
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    schema.add(
        &name,
        Some(format!(
            "Boolean expression to filter rows from the table \"{}\". All fields are combined with a logical 'AND'.",
            spoken(table)
        )),
        Kind::Input(fields),
    );
}

/// Conditions on how many rows a relationship has.
fn aggregate_condition(schema: &mut RoleSchema, target: &Table, access: &SelectAccess) -> TypeRef {
    let t = &target.graphql;
    let count = format!("{t}_aggregate_bool_exp_count");
    let numbers = comparison::of(schema, &PgType::builtin("int4"));
    let mut fields = Vec::new();
    if !access.columns.is_empty() {
        let ty = TypeRef::named(format!("{t}_select_column")).required().list();
        fields.push(InputDef::new("arguments", ty));
    }
    fields.push(InputDef::new("distinct", TypeRef::named("Boolean")));
    fields.push(InputDef::new("filter", TypeRef::named(format!("{t}_bool_exp"))));
    fields.push(InputDef::new("predicate", numbers.required()));
    schema.add(&count, None, Kind::Input(fields));
    let mut kinds = vec![InputDef::new("count", TypeRef::named(count))];
    if columns(target, &access.columns).any(|column| column.ty.plain() == Some("bool")) {
        for kind in ["bool_and", "bool_or"] {
            let why = format!("{kind} of a relationship in a condition");
            kinds.push(
                InputDef::new(kind, TypeRef::named("Boolean")).read(Reading::Unsupported(why)),
            );
        }
    }
    let name = format!("{t}_aggregate_bool_exp");
    schema.add(&name, None, Kind::Input(kinds));
    TypeRef::named(name)
}

fn order(schema: &mut RoleSchema, model: &Model, role: &str, table: &Table, access: &SelectAccess) {
    schema.add(
        "order_by",
        Some("column ordering options".to_owned()),
        enum_values(
            [
                ("asc", "in ascending order, nulls last"),
                ("asc_nulls_first", "in ascending order, nulls first"),
                ("asc_nulls_last", "in ascending order, nulls last"),
                ("desc", "in descending order, nulls first"),
                ("desc_nulls_first", "in descending order, nulls first"),
                ("desc_nulls_last", "in descending order, nulls last"),
            ]
            .map(|(name, description)| (name.to_owned(), description)),
        ),
    );
    let direction = || TypeRef::named("order_by");
    let mut fields: Vec<InputDef> = columns(table, &access.columns)
        .map(|column| InputDef::new(table.graphql_name(&column.name), direction()))
        .collect();
    for one in &table.relationships {
        let Some(target) = model.tables.get(&one.target) else { continue };
        let Some(there) = target.select.get(role) else { continue };
        if !one.many {
            let ty = TypeRef::named(format!("{}_order_by", target.graphql));
            fields.push(InputDef::new(&one.name, ty));
        } else if there.aggregations {
            let ty = TypeRef::named(format!("{}_aggregate_order_by", target.graphql));
            fields.push(InputDef::new(format!("{}_aggregate", one.name), ty));
            aggregate_order(schema, target, there);
        }
    }
    for computed in &table.computed {
        let why = format!("ordering by the computed field \"{computed}\"");
        for name in [computed.clone(), format!("{computed}_aggregate")] {
            let refused = Reading::Unsupported(why.clone());
            fields.push(InputDef::new(name, direction()).read(refused));
        }
    }
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    schema.add(
        format!("{}_order_by", table.graphql),
        Some(format!("Ordering options when selecting data from \"{}\".", spoken(table))),
        Kind::Input(fields),
    );
}

fn aggregate_order(schema: &mut RoleSchema, table: &Table, access: &SelectAccess) {
    let t = &table.graphql;
    let direction = || TypeRef::named("order_by");
    let mut fields = vec![InputDef::new("count", direction())];
    for (function, numeric) in FUNCTIONS {
        let inner: Vec<InputDef> = columns(table, &access.columns)
            .filter(|column| applies(&column.ty, *numeric))
            .map(|column| InputDef::new(table.graphql_name(&column.name), direction()))
            .collect();
        if inner.is_empty() {
            continue;
        }
        let name = format!("{t}_{function}_order_by");
        schema.add(
            &name,
            Some(format!("order by {function}() on columns of table \"{}\"", spoken(table))),
            Kind::Input(inner),
        );
        fields.push(InputDef::new(*function, TypeRef::named(name)));
    }
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    schema.add(
        format!("{t}_aggregate_order_by"),
        Some(format!("order by aggregate values of table \"{}\"", spoken(table))),
        Kind::Input(fields),
    );
}

/// The functions over a column, and whether they take numbers only.
const FUNCTIONS: &[(&str, bool)] = &[
    ("avg", true),
    ("max", false),
    ("min", false),
    ("stddev", true),
    ("stddev_pop", true),
    ("stddev_samp", true),
    ("sum", true),
    ("var_pop", true),
    ("var_samp", true),
    ("variance", true),
];

fn applies(ty: &PgType, numeric: bool) -> bool {
    if numeric { ty.is_numeric() } else { ty.is_comparable() }
}

fn aggregate(schema: &mut RoleSchema, table: &Table, access: &SelectAccess) {
    let t = &table.graphql;
    let rows = TypeRef::named(t).required().list().required();
    schema.add(
        format!("{t}_aggregate"),
        Some(format!("aggregated selection of \"{}\"", spoken(table))),
        Kind::Object(vec![
            FieldDef::new(
                "aggregate",
                TypeRef::named(format!("{t}_aggregate_fields")),
                Means::Aggregate,
            ),
            FieldDef::new("nodes", rows, Means::Nodes),
        ]),
    );
    let mut count = FieldDef::new("count", TypeRef::named("Int").required(), Means::Count);
    let distinct = InputDef::new("distinct", TypeRef::named("Boolean"));
    count = if access.columns.is_empty() {
        count.taking(vec![distinct])
    } else {
        let ty = TypeRef::named(format!("{t}_select_column")).required().list();
        count.taking(vec![InputDef::new("columns", ty), distinct])
    };
    let mut fields = vec![count];
    for (function, numeric) in FUNCTIONS {
        let mut inner = Vec::new();
        for column in columns(table, &access.columns) {
            if !applies(&column.ty, *numeric) {
                continue;
            }
            let ty = if matches!(*function, "max" | "min" | "sum") {
                column_type(schema, &column.ty)
            } else {
                TypeRef::named("Float")
            };
            let name = table.graphql_name(&column.name);
            inner.push(FieldDef::new(name, ty, Means::Applied(column.name.clone())));
        }
        if inner.is_empty() {
            continue;
        }
        inner.sort_by(|one, other| one.name.cmp(&other.name));
        let name = format!("{t}_{function}_fields");
        schema.add(&name, Some(format!("aggregate {function} on columns")), Kind::Object(inner));
        fields.push(FieldDef::new(*function, TypeRef::named(name), Means::Function(function)));
    }
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    schema.add(
        format!("{t}_aggregate_fields"),
        Some(format!("aggregate fields of \"{}\"", spoken(table))),
        Kind::Object(fields),
    );
}
