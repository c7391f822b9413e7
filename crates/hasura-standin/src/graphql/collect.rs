//! A selection set held against the schema: fragments followed, directives obeyed, equal keys merged.

use std::collections::BTreeSet;

use apollo_compiler::Node;
use apollo_compiler::ast::{DirectiveList, Field, Selection, Value};

use super::coerce::Inputs;
use super::document::{Operation, directives};
use crate::fault::{Fault, step};
use crate::json::Json;
use crate::schema::types::{FieldDef, InputDef, Kind, Means, RoleSchema, TypeRef};

/// One field asked for.
#[derive(Debug, Clone)]
pub struct Selected {
    /// Its key in the answer.
    pub key: String,
    /// Where it stands in the request.
    pub path: String,
    /// What it stands for.
    pub means: Means,
    /// What it gives.
    pub ty: TypeRef,
    /// The type it is a field of.
    pub of: String,
    /// Its name there.
    pub name: String,
    /// Its arguments.
    pub args: Json,
    /// What is asked for below it.
    pub children: Vec<Selected>,
}

/// Holds selections against a schema.
#[derive(Debug, Clone, Copy)]
pub struct Collector<'a> {
    schema: &'a RoleSchema,
    operation: &'a Operation,
}

impl<'a> Collector<'a> {
    /// Holds `operation` against `schema`.
    #[must_use]
    pub fn new(schema: &'a RoleSchema, operation: &'a Operation) -> Self {
        Self { schema, operation }
    }

    fn inputs(&self) -> Inputs<'a> {
        Inputs { schema: self.schema, variables: &self.operation.variables }
    }

    /// The fields asked for of type `of`, in order.
    ///
    /// # Errors
    /// `validation-failed`.
    pub fn object(
        &self,
        of: &str,
        selections: &[&'a [Selection]],
        path: &str,
    ) -> Result<Vec<Selected>, Fault> {
        let path = step(path, "selectionSet");
        let mut fields: Vec<(String, Vec<&'a Node<Field>>)> = Vec::new();
        for selection in selections {
            self.flatten(of, selection, &path, &mut fields)?;
        }
        fields.into_iter().map(|(key, fields)| self.field(of, key, &fields, &path)).collect()
    }

    fn flatten(
        &self,
        of: &str,
        selection: &'a [Selection],
        path: &str,
        fields: &mut Vec<(String, Vec<&'a Node<Field>>)>,
    ) -> Result<(), Fault> {
        for one in selection {
            if !self.included(directives(one), path)? {
                continue;
            }
            match one {
                Selection::Field(field) => {
                    let key = field.response_name().to_string();
                    match fields.iter_mut().find(|(name, _)| *name == key) {
                        Some((_, same)) => same.push(field),
                        None => fields.push((key, vec![field])),
                    }
                }
                Selection::InlineFragment(inline) => {
                    if inline.type_condition.as_ref().is_none_or(|on| on.as_str() == of) {
                        self.flatten(of, &inline.selection_set, path, fields)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.to_string();
                    let fragment = self.operation.fragments.get(&name).ok_or_else(|| {
                        Fault::validation(
                            path,
                            format!("reference to undefined fragment \"{name}\""),
                        )
                    })?;
                    if fragment.type_condition.as_str() == of {
                        self.flatten(of, &fragment.selection_set, path, fields)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn included(&self, directives: &DirectiveList, path: &str) -> Result<bool, Fault> {
        let mut included = true;
        let (mut once, mut twice) = (BTreeSet::new(), BTreeSet::new());
        for directive in directives {
            let name = directive.name.as_str();
            if name != "include" && name != "skip" {
                return Err(Fault::validation(
                    path,
                    format!("directive '{name}' is not defined in the schema"),
                ));
            }
            let flag = InputDef::new("if", TypeRef::named("Boolean").required());
            let written: Vec<_> =
                directive.arguments.iter().map(|one| (one.name.to_string(), &*one.value)).collect();
            let path = step(&step(path, name), "args");
            let args = self.inputs().arguments(std::slice::from_ref(&flag), &written, &path)?;
            let flag = args.get("if").is_some_and(Json::is_true);
            included &= flag == (name == "include");
            if !once.insert(name) {
                twice.insert(format!("'{name}'"));
            }
        }
        if !twice.is_empty() {
            let names: Vec<_> = twice.into_iter().collect();
            return Err(Fault::validation(
                path,
                format!("the following directives are used more than once: [{}]", names.join(", ")),
            ));
        }
        Ok(included)
    }

    fn field(
        &self,
        of: &str,
        key: String,
        fields: &[&'a Node<Field>],
        path: &str,
    ) -> Result<Selected, Fault> {
        let [first, rest @ ..] = fields else {
            return Err(Fault::unexpected("a key without fields"));
        };
        let name = first.name.to_string();
        let path = step(path, &name);
        for other in rest {
            if other.name != first.name {
                return Err(Fault::validation(
                    path,
                    format!(
                        "selection of both '{}' and '{}' specify the same response name, '{key}'",
                        first.name, other.name
                    ),
                ));
            }
            if !same_arguments(first, other) {
                return Err(Fault::validation(
                    path,
                    format!("inconsistent arguments between multiple selections of field '{name}'"),
                ));
            }
        }
        if name == "__typename" {
            let ty = TypeRef::named("String").required();
            return Ok(Selected {
                key,
                path,
                means: Means::TypeName,
                ty,
                of: of.to_owned(),
                name,
                args: Json::Object(Vec::new()),
                children: Vec::new(),
            });
        }
        let def = self.definition(of, &name, &path)?;
        let args = self.arguments(def, first, &path)?;
        let below: Vec<&'a [Selection]> = fields
            .iter()
            .map(|field| field.selection_set.as_slice())
            .filter(|selection| !selection.is_empty())
            .collect();
        let target = def.ty.name();
        let is_object =
            matches!(self.schema.types.get(target).map(|ty| &ty.kind), Some(Kind::Object(_)));
        let children = match (is_object, below.is_empty()) {
            (true, false) => self.object(target, &below, &path)?,
            (true, true) => {
                return Err(Fault::validation(
                    step(&path, "selectionSet"),
                    format!("missing selection set for '{target}'"),
                ));
            }
            (false, false) => {
                return Err(Fault::validation(
                    path,
                    "unexpected subselection set for non-object field",
                ));
            }
            (false, true) => Vec::new(),
        };
        Ok(Selected {
            key,
            path,
            means: def.means.clone(),
            ty: def.ty.clone(),
            of: of.to_owned(),
            name,
            args,
            children,
        })
    }

    fn definition(&self, of: &str, name: &str, path: &str) -> Result<&'a FieldDef, Fault> {
        let def = self
            .schema
            .fields(of)
            .and_then(|fields| fields.iter().find(|field| field.name == name))
            .ok_or_else(|| {
                Fault::validation(path, format!("field '{name}' not found in type: '{of}'"))
            })?;
        match &def.means {
            Means::Unsupported(why) => Err(Fault::unsupported(path, why)),
            _ => Ok(def),
        }
    }

    fn arguments(&self, def: &FieldDef, field: &'a Field, path: &str) -> Result<Json, Fault> {
        let written: Vec<(String, &Value)> =
            field.arguments.iter().map(|one| (one.name.to_string(), &*one.value)).collect();
        if let Some((name, _)) =
            written.iter().find(|(name, _)| !def.args.iter().any(|arg| arg.name == *name))
        {
            return Err(Fault::validation(
                path,
                format!("'{}' has no argument named '{name}'", def.name),
            ));
        }
        self.inputs().arguments(&def.args, &written, &step(path, "args"))
    }
}

fn same_arguments(one: &Field, other: &Field) -> bool {
    one.arguments.len() == other.arguments.len()
        && one.arguments.iter().all(|argument| {
            other
                .arguments
                .iter()
                .any(|same| same.name == argument.name && same.value == argument.value)
        })
}
