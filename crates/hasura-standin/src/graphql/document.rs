//! A request's document: which operation is run, with which variables (facts 1.2, 7.1).

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::{
    Definition, DirectiveList, Document, FragmentDefinition, OperationDefinition, OperationType,
    Selection, Type, Value,
};

use apollo_compiler::parser::Parser;

use crate::fault::{Fault, step};
use crate::json::Json;
use crate::schema::types::TypeRef;

/// One operation, ready to be held against a schema.
#[derive(Debug)]
pub struct Operation {
    /// Query, mutation or subscription.
    pub kind: OperationType,
    /// What it selects.
    pub selection: Vec<Selection>,
    /// The document's fragments.
    pub fragments: BTreeMap<String, FragmentDefinition>,
    /// Its variables.
    pub variables: BTreeMap<String, Variable>,
}

/// A variable, declared and given.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its declared type.
    pub ty: TypeRef,
    /// Whether it has a default that is not null.
    pub has_default: bool,
    /// Its value; none when it was not given.
    pub value: Option<Json>,
}

/// Chooses the operation of `query` and binds its variables.
///
/// # Errors
/// The faults of facts 1.2 and 7.1.
pub fn operation(query: &str, name: Option<&str>, variables: &Json) -> Result<Operation, Fault> {
    // Deeper documents are nobody's, and would need a deeper stack.
    let document: Document = Parser::new()
        .recursion_limit(100)
        .parse_ast(query, "query")
        .map_err(|_| Fault::validation("$.query", "not a valid graphql query"))?;
    let mut operations: Vec<OperationDefinition> = Vec::new();
    let mut fragments = BTreeMap::new();
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(one) => operations.push((**one).clone()),
            Definition::FragmentDefinition(one) => {
                fragments.insert(one.name.to_string(), (**one).clone());
            }
            _ => return Err(Fault::validation("$.query", "not a valid graphql query")),
        }
    }
    let chosen = choose(operations, name)?;
    acyclic(&chosen.selection_set, &fragments, &mut Vec::new(), "$")?;
    if let Some(directive) = chosen.directives.iter().next() {
        return Err(Fault::unsupported(
            "$",
            format!("the directive @{} on an operation", directive.name),
        ));
    }
    let used = used_variables(&chosen.selection_set, &fragments);
    let bound = bind(&chosen, &used, variables)?;
    Ok(Operation {
        kind: chosen.operation_type,
        selection: chosen.selection_set,
        fragments,
        variables: bound,
    })
}

/// A fragment must not contain itself.
fn acyclic(
    selection: &[Selection],
    fragments: &BTreeMap<String, FragmentDefinition>,
    inside: &mut Vec<String>,
    path: &str,
) -> Result<(), Fault> {
    let path = step(path, "selectionSet");
    for one in selection {
        match one {
            Selection::Field(field) => {
                acyclic(&field.selection_set, fragments, inside, &step(&path, &field.name))?;
            }
            Selection::InlineFragment(inline) => {
                acyclic(&inline.selection_set, fragments, inside, &path)?;
            }
            Selection::FragmentSpread(spread) => {
                let name = spread.fragment_name.to_string();
                if let Some(start) = inside.iter().position(|one| *one == name) {
                    let names = english(inside.get(start..).unwrap_or_default());
                    let message = format!("the fragment definition(s) {names} form a cycle");
                    return Err(Fault::validation(path, message));
                }
                if let Some(fragment) = fragments.get(&name) {
                    let path = step(&path, &name);
                    inside.push(name);
                    acyclic(&fragment.selection_set, fragments, inside, &path)?;
                    inside.pop();
                }
            }
        }
    }
    Ok(())
}

fn english(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

fn choose(
    mut operations: Vec<OperationDefinition>,
    name: Option<&str>,
) -> Result<OperationDefinition, Fault> {
    let Some(name) = name else {
        if operations.len() == 1 {
            return Ok(operations.remove(0));
        }
        return Err(Fault::validation(
            "$",
            "exactly one operation has to be present in the document when operationName is not specified",
        ));
    };
    if operations.iter().any(|one| one.name.is_none()) {
        return Err(Fault::validation(
            "$",
            "operationName cannot be used when an anonymous operation exists in the document",
        ));
    }
    operations.into_iter().find(|one| one.name.as_deref() == Some(name)).ok_or_else(|| {
        Fault::validation("$", format!("no such operation found in the document: \"{name}\""))
    })
}

fn bind(
    operation: &OperationDefinition,
    used: &BTreeSet<String>,
    given: &Json,
) -> Result<BTreeMap<String, Variable>, Fault> {
    let mut bound = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for declared in &operation.variables {
        let name = declared.name.to_string();
        let ty = type_ref(&declared.ty);
        let default = declared.default_value.as_deref().map(literal);
        let value = match given.get(&name) {
            Some(Json::Null) if ty.is_required() => {
                return Err(Fault::validation(
                    "$",
                    format!("null value found for non-nullable type: \"{ty}\""),
                ));
            }
            Some(value) => Some(value.clone()),
            None if default.is_some() => default.clone(),
            None if ty.is_required() => {
                return Err(Fault::validation(
                    "$",
                    format!("expecting a value for non-nullable variable: \"{name}\""),
                ));
            }
            None => None,
        };
        let has_default = default.is_some_and(|value| !value.is_null());
        if bound.insert(name.clone(), Variable { ty, has_default, value }).is_some() {
            twice.insert(name);
        }
    }
    if let Some(name) = twice.first() {
        let message = format!("multiple definitions for variable \"{name}\"");
        return Err(Fault::new("parse-failed", "$", message));
    }
    if let Some(name) = used.iter().find(|name| !bound.contains_key(*name)) {
        return Err(Fault::validation("$", format!("unbound variable \"{name}\"")));
    }
    let extra: Vec<&str> = given
        .entries()
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| !used.contains(*name))
        .collect();
    if !extra.is_empty() {
        return Err(Fault::validation(
            "$",
            format!("unexpected variables in variableValues: {}", extra.join(", ")),
        ));
    }
    Ok(bound)
}

fn used_variables(
    selection: &[Selection],
    fragments: &BTreeMap<String, FragmentDefinition>,
) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let mut seen = BTreeSet::new();
    walk(selection, fragments, &mut used, &mut seen);
    used
}

fn walk(
    selection: &[Selection],
    fragments: &BTreeMap<String, FragmentDefinition>,
    used: &mut BTreeSet<String>,
    seen: &mut BTreeSet<String>,
) {
    for one in selection {
        for directive in directives(one) {
            directive.arguments.iter().for_each(|argument| in_value(&argument.value, used));
        }
        match one {
            Selection::Field(field) => {
                field.arguments.iter().for_each(|argument| in_value(&argument.value, used));
                walk(&field.selection_set, fragments, used, seen);
            }
            Selection::InlineFragment(inline) => walk(&inline.selection_set, fragments, used, seen),
            Selection::FragmentSpread(spread) => {
                let name = spread.fragment_name.to_string();
                if let Some(fragment) = fragments.get(&name)
                    && seen.insert(name)
                {
                    walk(&fragment.selection_set, fragments, used, seen);
                }
            }
        }
    }
}

fn in_value(value: &Value, used: &mut BTreeSet<String>) {
    match value {
        Value::Variable(name) => {
            used.insert(name.to_string());
        }
        Value::List(items) => items.iter().for_each(|item| in_value(item, used)),
        Value::Object(entries) => entries.iter().for_each(|(_, item)| in_value(item, used)),
        _ => {}
    }
}

fn type_ref(ty: &Type) -> TypeRef {
    match ty {
        Type::Named(name) => TypeRef::named(name.to_string()),
        Type::NonNullNamed(name) => TypeRef::named(name.to_string()).required(),
        Type::List(inner) => type_ref(inner).list(),
        Type::NonNullList(inner) => type_ref(inner).list().required(),
    }
}

/// A literal without variables, as JSON; an enum value is its name.
#[must_use]
pub fn literal(value: &Value) -> Json {
    match value {
        Value::Null | Value::Variable(_) => Json::Null,
        Value::Enum(name) => Json::text(name.to_string()),
        Value::String(text) => Json::text(text.as_str()),
        Value::Float(number) => Json::Number(number.as_str().to_owned()),
        Value::Int(number) => Json::Number(number.as_str().to_owned()),
        Value::Boolean(value) => Json::Bool(*value),
        Value::List(items) => Json::List(items.iter().map(|item| literal(item)).collect()),
        Value::Object(entries) => Json::Object(
            entries.iter().map(|(key, item)| (key.to_string(), literal(item))).collect(),
        ),
    }
}

/// The directives on a selection.
#[must_use]
pub fn directives(selection: &Selection) -> &DirectiveList {
    match selection {
        Selection::Field(field) => &field.directives,
        Selection::FragmentSpread(spread) => &spread.directives,
        Selection::InlineFragment(inline) => &inline.directives,
    }
}
