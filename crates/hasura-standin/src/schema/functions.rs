//! Root fields of tracked functions.

use super::rows::select_arguments;
use super::types::{FieldDef, InputDef, Kind, Means, OnNull, Reading, RoleSchema, TypeRef};
use super::{column_type, spoken};
use crate::model::{Exposed, Function, Model, SelectAccess, Table};

/// Adds the functions that `role` may call: those open to it whose table it may read. What can be
/// asked can be subscribed to, whatever the table's own roots are.
pub(super) fn add(
    schema: &mut RoleSchema,
    model: &Model,
    role: &str,
    query: &mut Vec<FieldDef>,
    mutation: &mut Vec<FieldDef>,
    subscription: &mut Vec<FieldDef>,
) {
    for function in model.functions.values() {
        let Some(table) = model.tables.get(&function.table) else { continue };
        let Some(access) = table.select.get(role) else { continue };
        if !function.open_to(role, model.inferred) {
            continue;
        }
        let mut fields = roots(schema, function, table, access);
        match function.exposed {
            Exposed::Query => {
                subscription.extend(fields.iter().cloned());
                query.append(&mut fields);
            }
            Exposed::Mutation => mutation.append(&mut fields),
        }
    }
}

fn roots(
    schema: &mut RoleSchema,
    function: &Function,
    table: &Table,
    access: &SelectAccess,
) -> Vec<FieldDef> {
    let mut args: Vec<InputDef> = arguments(schema, function).into_iter().collect();
    args.append(&mut select_arguments(table, access));
    let name = function.root("function");
    if !function.set {
        let why = format!("the function \"{name}\", which gives one row");
        let ty = TypeRef::named(&table.graphql);
        return vec![FieldDef::new(name, ty, Means::Unsupported(why)).taking(args)];
    }
    let ty = TypeRef::named(&table.graphql).required().list().required();
    let words = function.comment.clone().unwrap_or_else(|| {
        format!("execute function \"{}\" which returns \"{}\"", function.name, spoken(table))
    });
    let mut fields = vec![
        FieldDef::new(&name, ty, Means::Call(function.name.clone()))
            .taking(args.clone())
            .described(words),
    ];
    if access.aggregations {
        let name = function.root("function_aggregate");
        // It would be called for its rows and again for its figures.
        let means = if function.volatile {
            let why = format!("\"{name}\", the aggregate of a VOLATILE function");
            Means::Unsupported(why)
        } else {
            Means::CallAggregate(function.name.clone())
        };
        let ty = TypeRef::named(format!("{}_aggregate", table.graphql)).required();
        fields.push(FieldDef::new(name, ty, means).taking(args).described(format!(
            "execute function \"{}\" and query aggregates on result of table type \"{}\"",
            function.name,
            spoken(table)
        )));
    }
    fields
}

/// `args`, when there is anything to give; it can be left out when all that it holds can.
fn arguments(schema: &mut RoleSchema, function: &Function) -> Option<InputDef> {
    if function.arguments.is_empty() {
        return None;
    }
    let mut fields: Vec<InputDef> = function
        .arguments
        .iter()
        .map(|argument| {
            InputDef::new(&argument.name, column_type(schema, &argument.ty))
                .null(OnNull::Kept)
                .read(Reading::Column(argument.ty.clone()))
        })
        .collect();
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    let name = format!("{}_args", function.graphql);
    schema.add(&name, None, Kind::Input(fields));
    let needed = function.arguments.iter().any(|argument| !argument.default);
    Some(
        InputDef::new("args", TypeRef::named(name).required_if(needed))
            .described(format!("input parameters for function \"{}\"", function.name)),
    )
}
