//! Functions of the database.

use serde::Deserialize;
use tokio_postgres::GenericClient;

use super::{Catalogue, PgType, TableName};
use crate::fault::Fault;

/// One row a function, everything about it in one JSON document. What extensions bring is left out.
const FUNCTIONS: &str = r#"
SELECT json_build_object(
  'schema', n.nspname, 'name', p.proname, 'volatile', p.provolatile = 'v',
  'variadic', p.provariadic <> 0, 'plain', p.prokind = 'f', 'set', p.proretset,
  'comment', obj_description(p.oid, 'pg_proc'),
  'gives_schema', rn.nspname, 'gives', rt.typname, 'gives_rows', rt.typtype = 'c',
  'outputs', p.proargmodes IS NOT NULL AND p.proargmodes && ARRAY['o', 'b', 't']::"char"[],
  'arguments', (
    SELECT coalesce(json_agg(json_build_object(
      'name', coalesce(p.proargnames[o.place], ''),
      'default', o.place > p.pronargs - p.pronargdefaults,
      'type_schema', tn.nspname, 'type', coalesce(e.typname, t.typname), 'array', e.oid IS NOT NULL
    ) ORDER BY o.place), '[]')
    FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS o(type, place)
    JOIN pg_type t ON t.oid = o.type
    LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
    JOIN pg_namespace tn ON tn.oid = coalesce(e.typnamespace, t.typnamespace))
)::text
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_type rt ON rt.oid = p.prorettype
JOIN pg_namespace rn ON rn.oid = rt.typnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid
                  AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
ORDER BY p.oid"#;

/// One function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// It may change something.
    pub volatile: bool,
    /// It takes any number of values; or is an aggregate or a procedure; or gives values by its
    /// arguments.
    pub odd: bool,
    /// It gives many rows; else one.
    pub set: bool,
    /// The table, view or composite type whose rows it gives; none: something else.
    pub rows_of: Option<TableName>,
    /// Its comment.
    pub comment: Option<String>,
    /// What it takes.
    pub arguments: Vec<Argument>,
}

/// What a function takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Its name; empty when it has none.
    pub name: String,
    /// Its type.
    pub ty: PgType,
    /// Whether it can be left out.
    pub default: bool,
}

#[derive(Deserialize)]
struct FunctionRow {
    schema: String,
    name: String,
    volatile: bool,
    variadic: bool,
    plain: bool,
    set: bool,
    comment: Option<String>,
    gives_schema: String,
    gives: String,
    gives_rows: bool,
    outputs: bool,
    arguments: Vec<ArgumentRow>,
}

#[derive(Deserialize)]
struct ArgumentRow {
    name: String,
    default: bool,
    type_schema: String,
    r#type: String,
    array: bool,
}

/// Adds every function outside PostgreSQL's own schemas.
pub(super) async fn read(
    client: &impl GenericClient,
    catalogue: &mut Catalogue,
) -> Result<(), Fault> {
    for row in client.query(FUNCTIONS, &[]).await? {
        let text: &str = row.get(0);
        let row: FunctionRow = serde_json::from_str(text)
            .map_err(|error| Fault::unexpected(format!("the catalogue reads badly: {error}")))?;
        let name = TableName::new(&row.schema, &row.name);
        catalogue.functions.entry(name).or_default().push(function(row));
    }
    Ok(())
}

fn function(row: FunctionRow) -> Function {
    let argument = |one: ArgumentRow| Argument {
        name: one.name,
        ty: PgType { schema: one.type_schema, name: one.r#type, array: one.array },
        default: one.default,
    };
    Function {
        volatile: row.volatile,
        odd: row.variadic || !row.plain || row.outputs,
        set: row.set,
        rows_of: row.gives_rows.then(|| TableName::new(row.gives_schema, row.gives)),
        comment: row.comment,
        arguments: row.arguments.into_iter().map(argument).collect(),
    }
}
