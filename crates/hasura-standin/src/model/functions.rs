//! Tracked functions: what they are called, what they give, who may call them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Inconsistent, Tables};
use crate::catalogue::{self, Argument, Catalogue, TableName};
use crate::metadata::{FunctionConfiguration, FunctionEntry};

/// A tracked function.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name in the database.
    pub name: TableName,
    /// Its name in GraphQL.
    pub graphql: String,
    /// The table whose rows it gives.
    pub table: TableName,
    /// Many rows; else one.
    pub set: bool,
    /// Where it stands.
    pub exposed: Exposed,
    /// It may change something.
    pub volatile: bool,
    /// What the caller gives.
    pub arguments: Vec<Argument>,
    /// What is given the caller's session.
    pub session: Option<Argument>,
    /// Its comment.
    pub comment: Option<String>,
    /// Who may call it by permission.
    pub roles: BTreeSet<String>,
    configuration: FunctionConfiguration,
}

/// The root that a function stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposed {
    /// `query_root`.
    Query,
    /// `mutation_root`.
    Mutation,
}

impl Function {
    /// The name of root field `kind`: `function`, `function_aggregate`.
    #[must_use]
    pub fn root(&self, kind: &str) -> String {
        let custom =
            self.configuration.custom_root_fields.get(kind).and_then(|value| {
                value.as_str().or_else(|| value.get("name").and_then(Value::as_str))
            });
        match (custom, kind) {
            (Some(name), _) => name.to_owned(),
            (None, "function_aggregate") => format!("{}_aggregate", self.graphql),
            (None, _) => self.graphql.clone(),
        }
    }

    /// Whether `role` may call it; it must see the table as well. Where permissions are inferred,
    /// every role may call what is a query.
    #[must_use]
    pub fn open_to(&self, role: &str, inferred: bool) -> bool {
        role == "admin" || self.roles.contains(role) || (inferred && self.exposed == Exposed::Query)
    }
}

/// The function of `entry`, or why it cannot be tracked.
pub(super) fn resolve(
    entry: &FunctionEntry,
    source: &str,
    catalogue: &Catalogue,
    tables: &Tables,
) -> Result<Function, Inconsistent> {
    let name = &entry.function;
    let inconsistent = |reason: String| Inconsistent {
        kind: "function".to_owned(),
        name: format!("function {name} in source {source}"),
        reason: format!("Inconsistent object: {reason}"),
        definition: json!({ "schema": name.schema, "name": name.name }),
    };
    let untrackable = |why: &str| {
        inconsistent(format!(
            "in function \"{name}\": the function \"{name}\" cannot be tracked because {why}"
        ))
    };
    let found = match catalogue.functions.get(name).map(Vec::as_slice) {
        None | Some([]) => {
            return Err(inconsistent(format!("no such function exists in source: \"{name}\"")));
        }
        Some([one]) => one,
        Some(_) => {
            return Err(untrackable(
                "the function is overloaded. Overloaded functions are not supported",
            ));
        }
    };
    if found.odd {
        return Err(untrackable("the stand-in knows functions with named input arguments only"));
    }
    let Some(table) = found.rows_of.clone() else {
        return Err(untrackable("the function does not return a \"COMPOSITE\" type"));
    };
    if !tables.contains_key(&table) {
        return Err(untrackable(&format!("the return type \"{table}\" is not a tracked table")));
    }
    let exposed = exposed(&entry.configuration, found).map_err(untrackable)?;
    let (session, arguments) =
        arguments(&entry.configuration, found).map_err(|why| untrackable(&why))?;
    Ok(Function {
        name: name.clone(),
        graphql: entry.configuration.custom_name.clone().unwrap_or_else(|| {
            if name.schema == "public" {
                name.name.clone()
            } else {
                format!("{}_{}", name.schema, name.name)
            }
        }),
        table,
        set: found.set,
        exposed,
        volatile: found.volatile,
        arguments,
        session,
        comment: found.comment.clone(),
        roles: entry.permissions.iter().map(|one| one.role.clone()).collect(),
        configuration: entry.configuration.clone(),
    })
}

fn exposed(
    configuration: &FunctionConfiguration,
    found: &catalogue::Function,
) -> Result<Exposed, &'static str> {
    match configuration.exposed_as.as_deref() {
        None if found.volatile => Ok(Exposed::Mutation),
        None | Some("query") => Ok(Exposed::Query),
        Some("mutation") if found.volatile => Ok(Exposed::Mutation),
        Some("mutation") => Err(
            "the function was requested to be exposed as a mutation, but is not marked VOLATILE. \
             Maybe the function was given the wrong volatility when it was defined?",
        ),
        Some(_) => Err("it can be exposed as a query or as a mutation"),
    }
}

/// What is given the session, and what the caller gives.
fn arguments(
    configuration: &FunctionConfiguration,
    found: &catalogue::Function,
) -> Result<(Option<Argument>, Vec<Argument>), String> {
    let mut arguments = found.arguments.clone();
    if arguments.iter().any(|argument| argument.name.is_empty()) {
        return Err("the stand-in knows functions with named input arguments only".to_owned());
    }
    let Some(wanted) = &configuration.session_argument else { return Ok((None, arguments)) };
    let place = arguments
        .iter()
        .position(|argument| argument.name == *wanted)
        .ok_or_else(|| format!("it has no argument \"{wanted}\" for the session"))?;
    let session = arguments.remove(place);
    if !session.ty.is_json() {
        return Err(format!("the session argument \"{wanted}\" is not of type JSON"));
    }
    Ok((Some(session), arguments))
}
