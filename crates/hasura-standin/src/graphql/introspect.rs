//! Answers to `__schema` and `__type`.

use super::collect::Selected;
use crate::json::Json;
use crate::schema::types::{
    EnumDef, FieldDef, InputDef, Kind, Means, Reading, RoleSchema, TypeDef, TypeRef,
};

/// What a part of an introspection answer tells of.
#[derive(Debug, Clone, Copy)]
enum Node<'a> {
    Schema,
    Defined(&'a TypeDef),
    Wrapped(&'a TypeRef),
    Field(&'a FieldDef),
    Input(&'a InputDef),
    Value(&'a EnumDef),
    Directive(&'static str),
}

/// The answer to the root field `selected`.
#[must_use]
pub fn answer(schema: &RoleSchema, selected: &Selected) -> Json {
    let teller = Teller { schema };
    if selected.name == "__schema" {
        return teller.object(Node::Schema, selected);
    }
    let name = selected.args.get("name").and_then(Json::as_str).unwrap_or_default();
    schema.types.get(name).map_or(Json::Null, |ty| teller.object(Node::Defined(ty), selected))
}

struct Teller<'a> {
    schema: &'a RoleSchema,
}

impl<'a> Teller<'a> {
    fn object(&self, node: Node<'a>, selected: &Selected) -> Json {
        let entries = selected
            .children
            .iter()
            .map(|child| {
                let value = if child.means == Means::TypeName {
                    Json::text(&child.of)
                } else {
                    self.field(node, child)
                };
                (child.key.clone(), value)
            })
            .collect();
        Json::Object(entries)
    }

    fn list(&self, nodes: impl IntoIterator<Item = Node<'a>>, selected: &Selected) -> Json {
        Json::List(nodes.into_iter().map(|node| self.object(node, selected)).collect())
    }

    fn named(&self, name: &str, selected: &Selected) -> Json {
        self.schema
            .types
            .get(name)
            .map_or(Json::Null, |ty| self.object(Node::Defined(ty), selected))
    }

    fn type_ref(&self, ty: &'a TypeRef, selected: &Selected) -> Json {
        match ty {
            TypeRef::Named(name) => self.named(name, selected),
            wrapped => self.object(Node::Wrapped(wrapped), selected),
        }
    }

    fn field(&self, node: Node<'a>, selected: &Selected) -> Json {
        match node {
            Node::Schema => self.of_schema(selected),
            Node::Defined(ty) => self.of_type(ty, selected),
            Node::Wrapped(ty) => match (selected.name.as_str(), ty) {
                ("kind", TypeRef::NonNull(_)) => Json::text("NON_NULL"),
                ("kind", _) => Json::text("LIST"),
                ("ofType", TypeRef::NonNull(inner) | TypeRef::List(inner)) => {
                    self.type_ref(inner, selected)
                }
                _ => Json::Null,
            },
            Node::Field(field) => match selected.name.as_str() {
                "name" => Json::text(&field.name),
                "description" => optional(field.description.as_deref()),
                "args" => self.list(shown(&field.args), selected),
                "type" => self.type_ref(&field.ty, selected),
                "isDeprecated" => Json::Bool(false),
                _ => Json::Null,
            },
            Node::Input(input) => match selected.name.as_str() {
                "name" => Json::text(&input.name),
                "description" => optional(input.description.as_deref()),
                "type" => self.type_ref(&input.ty, selected),
                "defaultValue" => optional(input.default.as_deref()),
                _ => Json::Null,
            },
            Node::Value(value) => match selected.name.as_str() {
                "name" => Json::text(&value.name),
                "description" => optional(value.description.as_deref()),
                "isDeprecated" => Json::Bool(false),
                _ => Json::Null,
            },
            Node::Directive(name) => match selected.name.as_str() {
                "name" => Json::text(name),
                "description" => Json::text(match name {
                    "include" => "whether this query should be included",
                    _ => "whether this query should be skipped",
                }),
                "locations" => Json::List(
                    ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"].map(Json::text).to_vec(),
                ),
                "args" => self.condition(selected),
                "isRepeatable" => Json::Bool(false),
                _ => Json::Null,
            },
        }
    }

    fn of_schema(&self, selected: &Selected) -> Json {
        match selected.name.as_str() {
            "types" => self.list(self.schema.types.values().map(Node::Defined), selected),
            "queryType" => self.named("query_root", selected),
            "mutationType" => self.named("mutation_root", selected),
            "subscriptionType" => self.named("subscription_root", selected),
            "directives" => self.list(["include", "skip"].map(Node::Directive), selected),
            _ => Json::Null,
        }
    }

    fn of_type(&self, ty: &'a TypeDef, selected: &Selected) -> Json {
        match (selected.name.as_str(), &ty.kind) {
            ("kind", kind) => Json::text(match kind {
                Kind::Scalar => "SCALAR",
                Kind::Object(_) => "OBJECT",
                Kind::Input(_) => "INPUT_OBJECT",
                Kind::Enum(_) => "ENUM",
            }),
            ("name", _) => Json::text(&ty.name),
            ("description", _) => optional(ty.description.as_deref()),
            ("fields", Kind::Object(fields)) => {
                let told = fields.iter().filter(|field| {
                    !matches!(field.means, Means::Unsupported(_)) && !field.name.starts_with("__")
                });
                self.list(told.map(Node::Field), selected)
            }
            ("interfaces", Kind::Object(_)) => Json::List(Vec::new()),
            ("enumValues", Kind::Enum(values)) => {
                self.list(values.iter().map(Node::Value), selected)
            }
            ("inputFields", Kind::Input(fields)) => self.list(shown(fields), selected),
            _ => Json::Null,
        }
    }

    /// The argument `if` of a directive.
    fn condition(&self, selected: &Selected) -> Json {
        let input = InputDef::new("if", TypeRef::named("Boolean").required());
        // Built here, so told here: it lives no longer than this answer.
        Json::List(vec![Teller { schema: self.schema }.object(Node::Input(&input), selected)])
    }
}

/// Inputs that are there although giving them is refused are told of; computed fields are not
/// known well enough.
fn shown(inputs: &[InputDef]) -> impl Iterator<Item = Node<'_>> {
    inputs
        .iter()
        .filter(|input| match &input.scalar {
            Reading::Unsupported(why) => !why.contains("computed field"),
            _ => true,
        })
        .map(Node::Input)
}

fn optional(text: Option<&str>) -> Json {
    text.map_or(Json::Null, Json::text)
}
