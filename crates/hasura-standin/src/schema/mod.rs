//! One role's schema, made of the model (facts 6).

mod actions;
mod comparison;
mod functions;
mod introspection;
mod mutations;
mod roots;
mod rows;
pub mod types;

use crate::catalogue::{Column, PgType};
use crate::model::{Model, Table};
use crate::scalars;
use types::{EnumDef, InputDef, Kind, OnNull, Reading, RoleSchema, TypeRef};

/// The schema of `role`; `backend_only` when mutations meant for servers exist.
#[must_use]
pub fn of_role(model: &Model, role: &str, backend_only: bool) -> RoleSchema {
    let mut schema = RoleSchema::default();
    for name in ["Boolean", "Float", "Int", "String"] {
        schema.add(name, None, Kind::Scalar);
    }
    introspection::add(&mut schema);
    for table in model.tables.values() {
        if table.select.contains_key(role) {
            rows::add(&mut schema, model, role, table);
        }
        mutations::add(&mut schema, model, role, table, backend_only);
    }
    roots::add(&mut schema, model, role, backend_only);
    schema
}

/// The columns of `table` whose names are `names`.
fn columns<'a>(table: &'a Table, names: &'a [String]) -> impl Iterator<Item = &'a Column> {
    table.relation.columns.iter().filter(move |column| names.contains(&column.name))
}

/// The GraphQL type of a column's values.
fn column_type(schema: &mut RoleSchema, ty: &PgType) -> TypeRef {
    let name = scalars::graphql_name(ty);
    schema.add(&name, None, Kind::Scalar);
    let named = TypeRef::named(name);
    if ty.array { named.required().list() } else { named }
}

/// An input that takes a value of `column`.
fn column_input(schema: &mut RoleSchema, table: &Table, column: &Column, null: OnNull) -> InputDef {
    let ty = column_type(schema, &column.ty);
    InputDef::new(table.graphql_name(&column.name), ty)
        .null(null)
        .read(Reading::Column(column.ty.clone()))
}

fn enum_values(values: impl IntoIterator<Item = (String, &'static str)>) -> Kind {
    Kind::Enum(
        values
            .into_iter()
            .map(|(name, description)| EnumDef { name, description: Some(description.to_owned()) })
            .collect(),
    )
}

/// How people call a table: `sequent_backend.cast_vote`.
fn spoken(table: &Table) -> String {
    table.name.to_string()
}
