//! The types that tell of the types.

use super::types::{EnumDef, FieldDef, InputDef, Kind, Means, RoleSchema, TypeRef};

/// `__schema` and `__type`.
pub(super) fn roots() -> Vec<FieldDef> {
    let name = InputDef::new("name", TypeRef::named("String").required());
    vec![field("__schema", "__Schema!"), field("__type", "__Type").taking(vec![name])]
}

fn field(name: &str, ty: &str) -> FieldDef {
    FieldDef::new(name, TypeRef::parse(ty), Means::Introspection)
}

/// Adds `__Schema` and its neighbours.
pub(super) fn add(schema: &mut RoleSchema) {
    let deprecated = || InputDef::new("includeDeprecated", TypeRef::named("Boolean"));
    let mut object = |name: &str, fields: &[(&str, &str)]| {
        let fields = fields
            .iter()
            .map(|(name, ty)| {
                let one = field(name, ty);
                if matches!(*name, "fields" | "enumValues") {
                    one.taking(vec![deprecated()])
                } else {
                    one
                }
            })
            .collect();
        schema.add(name, None, Kind::Object(fields));
    };
    object(
        "__Schema",
        &[
            ("description", "String"),
            ("types", "[__Type!]!"),
            ("queryType", "__Type!"),
            ("mutationType", "__Type"),
            ("subscriptionType", "__Type"),
            ("directives", "[__Directive!]!"),
        ],
    );
    object(
        "__Type",
        &[
            ("kind", "__TypeKind!"),
            ("name", "String"),
            ("description", "String"),
            ("fields", "[__Field!]"),
            ("interfaces", "[__Type!]"),
            ("possibleTypes", "[__Type!]"),
            ("enumValues", "[__EnumValue!]"),
            ("inputFields", "[__InputValue!]"),
            ("ofType", "__Type"),
        ],
    );
    object(
        "__Field",
        &[
            ("name", "String!"),
            ("description", "String"),
            ("args", "[__InputValue!]!"),
            ("type", "__Type!"),
            ("isDeprecated", "Boolean!"),
            ("deprecationReason", "String"),
        ],
    );
    object(
        "__InputValue",
        &[
            ("name", "String!"),
            ("description", "String"),
            ("type", "__Type!"),
            ("defaultValue", "String"),
        ],
    );
    object(
        "__EnumValue",
        &[
            ("name", "String!"),
            ("description", "String"),
            ("isDeprecated", "Boolean!"),
            ("deprecationReason", "String"),
        ],
    );
    object(
        "__Directive",
        &[
            ("name", "String!"),
            ("description", "String"),
            ("locations", "[__DirectiveLocation!]!"),
            ("args", "[__InputValue!]!"),
            ("isRepeatable", "Boolean!"),
        ],
    );
    let mut values = |name: &str, names: &[&str]| {
        let values = names
            .iter()
            .map(|name| EnumDef { name: (*name).to_owned(), description: None })
            .collect();
        schema.add(name, None, Kind::Enum(values));
    };
    values(
        "__TypeKind",
        &["ENUM", "INPUT_OBJECT", "INTERFACE", "LIST", "NON_NULL", "OBJECT", "SCALAR", "UNION"],
    );
    values("__DirectiveLocation", &["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "QUERY"]);
}
