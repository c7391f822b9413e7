//! An introspection result as schema text, in one order whatever the server's.

use std::fmt::Write;

use serde_json::Value;

use crate::error::Error;
use crate::ours::list;

/// What is asked of a server: everything that [`print`] writes.
pub const QUERY: &str = "
query IntrospectionQuery {
  __schema {
    queryType { name }
    mutationType { name }
    subscriptionType { name }
    types {
      kind
      name
      fields(includeDeprecated: true) {
        name
        args { ...Input }
        type { ...Type }
      }
      inputFields { ...Input }
      interfaces { ...Type }
      enumValues(includeDeprecated: true) { name }
      possibleTypes { ...Type }
    }
  }
}
fragment Input on __InputValue { name type { ...Type } defaultValue }
fragment Type on __Type {
  kind
  name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
}";

/// Scalars that every schema has.
const BUILT_IN: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

/// Writes `__schema`, with or without `data` around it.
///
/// # Errors
///
/// An introspection result without a schema, or with a kind of type that there is not.
pub fn print(introspection: &Value) -> Result<String, Error> {
    let schema = schema_of(introspection)?;
    let mut out = String::from("schema {\n");
    for (key, name) in roots(schema) {
        let _ = writeln!(out, "  {key}: {name}");
    }
    out.push_str("}\n");
    for (name, definition) in types(schema) {
        out.push('\n');
        definition_of(&mut out, name, definition)?;
    }
    Ok(out)
}

/// Writes only what is ours: types whose names begin with `prefix`, and the root fields with the
/// same in their names as extensions of the roots.
///
/// # Errors
///
/// Those of [`print`].
pub fn additions(introspection: &Value, prefix: &str) -> Result<String, Error> {
    let schema = schema_of(introspection)?;
    let mut out = String::new();
    let roots: Vec<&str> = roots(schema).map(|(_, name)| name).collect();
    for (name, definition) in types(schema) {
        if roots.contains(&name) {
            let ours = |field: &&Value| field["name"].as_str().is_some_and(|n| n.contains(prefix));
            let fields: Result<Vec<_>, _> =
                sorted(definition, "fields").filter(ours).map(field).collect();
            block(&mut out, &format!("\nextend type {name}"), &fields?);
        } else if name.starts_with(prefix) {
            out.push('\n');
            definition_of(&mut out, name, definition)?;
        }
    }
    Ok(out)
}

fn schema_of(introspection: &Value) -> Result<&Value, Error> {
    [&introspection["__schema"], &introspection["data"]["__schema"]]
        .into_iter()
        .find(|schema| schema.is_object())
        .ok_or_else(|| odd("there is no __schema"))
}

fn roots(schema: &Value) -> impl Iterator<Item = (&'static str, &str)> {
    [("query", "queryType"), ("mutation", "mutationType"), ("subscription", "subscriptionType")]
        .into_iter()
        .filter_map(|(key, root)| Some((key, schema[root]["name"].as_str()?)))
}

fn types(schema: &Value) -> Vec<(&str, &Value)> {
    let mut types: Vec<(&str, &Value)> = list(schema, "types")
        .iter()
        .filter_map(|t| Some((t["name"].as_str()?, t)))
        .filter(|(name, _)| !name.starts_with("__") && !BUILT_IN.contains(name))
        .collect();
    types.sort_by_key(|(name, _)| *name);
    types
}

fn definition_of(out: &mut String, name: &str, definition: &Value) -> Result<(), Error> {
    let kind = definition["kind"].as_str().unwrap_or_default();
    match kind {
        "SCALAR" => {
            let _ = writeln!(out, "scalar {name}");
        }
        "ENUM" => {
            let values: Vec<String> = sorted(definition, "enumValues").map(named).collect();
            block(out, &format!("enum {name}"), &values);
        }
        "INPUT_OBJECT" => {
            let fields: Result<Vec<_>, _> = sorted(definition, "inputFields").map(input).collect();
            block(out, &format!("input {name}"), &fields?);
        }
        "OBJECT" | "INTERFACE" => {
            let fields: Result<Vec<_>, _> = sorted(definition, "fields").map(field).collect();
            let word = if kind == "OBJECT" { "type" } else { "interface" };
            let implements: Vec<String> = sorted(definition, "interfaces").map(named).collect();
            let implements = match implements.as_slice() {
                [] => String::new(),
                some => format!(" implements {}", some.join(" & ")),
            };
            block(out, &format!("{word} {name}{implements}"), &fields?);
        }
        "UNION" => {
            let members: Vec<String> = sorted(definition, "possibleTypes").map(named).collect();
            let _ = writeln!(out, "union {name} = {}", members.join(" | "));
        }
        other => return Err(odd(&format!("{name} is of the kind `{other}`"))),
    }
    Ok(())
}

fn block(out: &mut String, head: &str, lines: &[String]) {
    let _ = writeln!(out, "{head} {{");
    for line in lines {
        let _ = writeln!(out, "  {line}");
    }
    out.push_str("}\n");
}

fn sorted<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    let mut all: Vec<&Value> = list(value, key).iter().collect();
    all.sort_by_key(|item| item["name"].as_str().unwrap_or_default());
    all.into_iter()
}

fn named(value: &Value) -> String {
    value["name"].as_str().unwrap_or_default().to_owned()
}

fn field(value: &Value) -> Result<String, Error> {
    let args: Result<Vec<_>, _> = sorted(value, "args").map(input).collect();
    let args = args?;
    let args = if args.is_empty() { String::new() } else { format!("({})", args.join(", ")) };
    Ok(format!("{}{args}: {}", named(value), type_of(&value["type"])?))
}

fn input(value: &Value) -> Result<String, Error> {
    let default = value["defaultValue"].as_str().map(|d| format!(" = {d}")).unwrap_or_default();
    Ok(format!("{}: {}{default}", named(value), type_of(&value["type"])?))
}

fn type_of(value: &Value) -> Result<String, Error> {
    match value["kind"].as_str() {
        Some("NON_NULL") => Ok(format!("{}!", type_of(&value["ofType"])?)),
        Some("LIST") => Ok(format!("[{}]", type_of(&value["ofType"])?)),
        Some(_) if value["name"].is_string() => Ok(named(value)),
        _ => Err(odd("a type is nested too deeply or has no name")),
    }
}

fn odd(problem: &str) -> Error {
    Error::Answer { doing: "introspection".to_owned(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_text_whatever_the_order() {
        let id = json!({"name": "id", "args": [], "type":
            {"kind": "NON_NULL", "ofType": {"kind": "SCALAR", "name": "uuid"}}});
        let items = json!({"name": "a", "args": [{"name": "limit", "defaultValue": "1",
            "type": {"kind": "SCALAR", "name": "Int"}}], "type": {"kind": "LIST", "ofType":
            {"kind": "OBJECT", "name": "q"}}});
        let of = |fields: Value, types: [Value; 2]| {
            let [a, b] = types;
            json!({"__schema": {"queryType": {"name": "q"}, "types": [
                a, {"kind": "OBJECT", "name": "q", "fields": fields}, b]}})
        };
        let uuid = json!({"kind": "SCALAR", "name": "uuid"});
        let int = json!({"kind": "SCALAR", "name": "Int"});
        let one = print(&of(json!([id, items]), [uuid.clone(), int.clone()])).unwrap();
        let other = print(&json!({"data": of(json!([items, id]), [int, uuid])})).unwrap();
        assert_eq!(one, other);
        assert_eq!(
            one,
            "schema {\n  query: q\n}\n\ntype q {\n  a(limit: Int = 1): [q]\n  id: uuid!\n}\n\n\
             scalar uuid\n"
        );
    }

    #[test]
    fn additions_are_our_types_and_our_root_fields() {
        let leaf = |name: &str| {
            json!({"name": name, "args": [],
            "type": {"kind": "SCALAR", "name": "Int"}})
        };
        let introspection = json!({"__schema": {"queryType": {"name": "q"}, "types": [
            {"kind": "OBJECT", "name": "q", "fields": [leaf("s_ivr_a_by_pk"), leaf("s_b")]},
            {"kind": "ENUM", "name": "s_ivr_a_column", "enumValues": [{"name": "x"}]},
            {"kind": "ENUM", "name": "s_b_column", "enumValues": [{"name": "x"}]}]}});
        assert_eq!(
            additions(&introspection, "s_ivr_").unwrap(),
            "\nextend type q {\n  s_ivr_a_by_pk: Int\n}\n\nenum s_ivr_a_column {\n  x\n}\n"
        );
    }

    #[test]
    fn what_is_no_introspection_is_refused() {
        assert!(print(&json!({"data": {}})).is_err());
    }
}
