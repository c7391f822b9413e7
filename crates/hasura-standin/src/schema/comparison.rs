//! `…_comparison_exp`: what a column can be compared with (facts 6.6).

use super::column_type;
use super::types::{InputDef, Kind, OnNull, Reading, RoleSchema, TypeRef};
use crate::catalogue::PgType;
use crate::scalars::graphql_name;

/// The comparisons of a column of type `ty`; adds the type if need be.
pub(super) fn of(schema: &mut RoleSchema, ty: &PgType) -> TypeRef {
    let scalar = graphql_name(ty);
    let name = if ty.array {
        format!("{scalar}_array_comparison_exp")
    } else {
        format!("{scalar}_comparison_exp")
    };
    if schema.types.contains_key(&name) {
        return TypeRef::named(name);
    }
    let one = column_type(schema, ty);
    let operator = |name: &str, ty_ref: TypeRef, read: &PgType| {
        InputDef::new(name, ty_ref).null(OnNull::Refused).read(Reading::Column(read.clone()))
    };
    let mut fields: Vec<InputDef> = ["_eq", "_gt", "_gte", "_lt", "_lte", "_neq"]
        .iter()
        .map(|name| operator(name, one.clone(), ty))
        .collect();
    for name in ["_in", "_nin"] {
        fields.push(operator(name, one.clone().required().list(), ty));
    }
    let boolean = PgType::builtin("bool");
    fields.push(
        InputDef::new("_is_null", TypeRef::named("Boolean"))
            .null(OnNull::Refused)
            .read(Reading::Plain),
    );
    debug_assert_eq!(graphql_name(&boolean), "Boolean");
    if ty.is_text() {
        text(&mut fields, &one, ty);
    }
    if ty.array {
        for (name, description) in CONTAINMENT_OF_ARRAYS {
            fields.push(operator(name, one.clone(), ty).described(*description));
        }
    }
    if ty.name == "ltree" && !ty.array {
        for name in LTREE {
            let why = format!("{name} of an ltree");
            fields.push(InputDef::new(*name, one.clone()).read(Reading::Unsupported(why)));
        }
    }
    if ty.plain() == Some("jsonb") {
        jsonb(schema, &mut fields, &one, ty);
    }
    fields.sort_by(|one, other| one.name.cmp(&other.name));
    let shown = if ty.array { format!("{scalar}_array") } else { scalar };
    schema.add(
        &name,
        Some(format!(
            "Boolean expression to compare columns of type \"{shown}\". All fields are combined with logical 'AND'."
        )),
        Kind::Input(fields),
    );
    TypeRef::named(name)
}

const LTREE: &[&str] = &[
    "_ancestor",
    "_ancestor_any",
    "_descendant",
    "_descendant_any",
    "_matches",
    "_matches_any",
    "_matches_fulltext",
];

const CONTAINMENT_OF_ARRAYS: &[(&str, &str)] = &[
    ("_contained_in", "is the array contained in the given array value"),
    ("_contains", "does the array contain the given value"),
];

const TEXT: &[(&str, &str)] = &[
    ("_like", "does the column match the given pattern"),
    ("_nlike", "does the column NOT match the given pattern"),
    ("_ilike", "does the column match the given case-insensitive pattern"),
    ("_nilike", "does the column NOT match the given case-insensitive pattern"),
    ("_similar", "does the column match the given SQL regular expression"),
    ("_nsimilar", "does the column NOT match the given SQL regular expression"),
    ("_regex", "does the column match the given POSIX regular expression, case sensitive"),
    ("_nregex", "does the column NOT match the given POSIX regular expression, case sensitive"),
    ("_iregex", "does the column match the given POSIX regular expression, case insensitive"),
    ("_niregex", "does the column NOT match the given POSIX regular expression, case insensitive"),
];

fn text(fields: &mut Vec<InputDef>, one: &TypeRef, ty: &PgType) {
    for (name, description) in TEXT {
        fields.push(
            InputDef::new(*name, one.clone())
                .null(OnNull::Refused)
                .read(Reading::Column(ty.clone()))
                .described(*description),
        );
    }
}

fn jsonb(schema: &mut RoleSchema, fields: &mut Vec<InputDef>, one: &TypeRef, ty: &PgType) {
    let text = PgType::builtin("text");
    let strings = of(schema, &text);
    schema.add(
        "jsonb_cast_exp",
        None,
        Kind::Input(vec![InputDef::new("String", strings).null(OnNull::Refused)]),
    );
    let mut add = |name: &str, ty_ref: TypeRef, read: &PgType, description: &str| {
        fields.push(
            InputDef::new(name, ty_ref)
                .null(OnNull::Refused)
                .read(Reading::Column(read.clone()))
                .described(description),
        );
    };
    let keys = TypeRef::named("String").required().list();
    add(
        "_contains",
        one.clone(),
        ty,
        "does the column contain the given json value at the top level",
    );
    add("_contained_in", one.clone(), ty, "is the column contained in the given json value");
    add(
        "_has_key",
        TypeRef::named("String"),
        &text,
        "does the string exist as a top-level key in the column",
    );
    add(
        "_has_keys_any",
        keys.clone(),
        &text,
        "do any of these strings exist as top-level keys in the column",
    );
    add(
        "_has_keys_all",
        keys,
        &text,
        "do all of these strings exist as top-level keys in the column",
    );
    fields.push(InputDef::new("_cast", TypeRef::named("jsonb_cast_exp")).null(OnNull::Refused));
}
