//! Actions as root fields, and their types.

use super::types::{EnumDef, FieldDef, InputDef, Kind, Means, OnNull, RoleSchema, TypeRef};
use crate::metadata::{Action, Argument};
use crate::model::Model;

/// Adds the actions that `role` may call.
pub(super) fn add(
    schema: &mut RoleSchema,
    model: &Model,
    role: &str,
    query: &mut Vec<FieldDef>,
    mutation: &mut Vec<FieldDef>,
) {
    let allowed =
        |action: &&Action| role == "admin" || action.permissions.iter().any(|one| one.role == role);
    let mut any = false;
    for action in model.actions.iter().filter(allowed) {
        any = true;
        let definition = &action.definition;
        let args = definition.arguments.iter().map(input).collect();
        let means =
            refusal(action).map_or_else(|| Means::Action(action.name.clone()), Means::Unsupported);
        let mut field = FieldDef::new(&action.name, TypeRef::parse(&definition.output_type), means)
            .taking(args);
        field.description =
            action.other.get("comment").and_then(|text| text.as_str()).map(ToOwned::to_owned);
        if definition.operation == "query" {
            query.push(field);
        } else {
            mutation.push(field);
        }
    }
    if any {
        types(schema, model);
    }
}

/// Why an action cannot be called here.
fn refusal(action: &Action) -> Option<String> {
    let definition = &action.definition;
    if definition.kind == "asynchronous" {
        return Some(format!("the asynchronous action \"{}\"", action.name));
    }
    let odd = definition.other.iter().find(|(key, value)| {
        matches!(
            key.as_str(),
            "request_transform" | "response_transform" | "ignored_client_headers"
        ) && !value.is_null()
    })?;
    Some(format!("the {} of action \"{}\"", odd.0, action.name))
}

fn input(argument: &Argument) -> InputDef {
    let mut input = InputDef::new(&argument.name, TypeRef::parse(&argument.ty)).null(OnNull::Kept);
    input.description.clone_from(&argument.description);
    input
}

fn types(schema: &mut RoleSchema, model: &Model) {
    let types = &model.custom_types;
    for scalar in &types.scalars {
        schema.add(&scalar.name, None, Kind::Scalar);
    }
    for one in &types.enums {
        let values = one
            .values
            .iter()
            .map(|value| EnumDef { name: value.value.clone(), description: None })
            .collect();
        schema.add(&one.name, None, Kind::Enum(values));
    }
    for one in &types.input_objects {
        schema.add(&one.name, None, Kind::Input(one.fields.iter().map(input).collect()));
    }
    for one in &types.objects {
        let mut fields: Vec<FieldDef> = one
            .fields
            .iter()
            .map(|field| {
                let mut given = FieldDef::new(&field.name, TypeRef::parse(&field.ty), Means::Given);
                given.description.clone_from(&field.description);
                given
            })
            .collect();
        for relationship in &one.relationships {
            if let Some(name) = relationship.get("name").and_then(|name| name.as_str()) {
                let why = format!("the relationship \"{name}\" of type \"{}\"", one.name);
                let ty = TypeRef::named("String");
                fields.push(FieldDef::new(name, ty, Means::Unsupported(why)));
            }
        }
        schema.add(&one.name, None, Kind::Object(fields));
    }
    scalars_named(schema, model);
}

/// A type that nothing defines is one of PostgreSQL's scalars (`uuid`, `jsonb`).
fn scalars_named(schema: &mut RoleSchema, model: &Model) {
    let types = &model.custom_types;
    let in_objects = types.objects.iter().flat_map(|one| one.fields.iter().map(|field| &field.ty));
    let in_inputs =
        types.input_objects.iter().flat_map(|one| one.fields.iter().map(|field| &field.ty));
    let in_actions = model.actions.iter().flat_map(|action| {
        action
            .definition
            .arguments
            .iter()
            .map(|argument| &argument.ty)
            .chain([&action.definition.output_type])
    });
    for ty in in_objects.chain(in_inputs).chain(in_actions) {
        schema.add(TypeRef::parse(ty).name(), None, Kind::Scalar);
    }
}
