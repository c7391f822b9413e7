//! Reading the catalogue.

use serde::Deserialize;
use tokio_postgres::GenericClient;

use super::{Catalogue, Column, ForeignKey, PgType, Relation, TableName, Unique};
use crate::fault::Fault;

/// One row a table or view, everything about it in one JSON document.
const RELATIONS: &str = r"
SELECT json_build_object(
  'schema', n.nspname, 'name', c.relname, 'is_table', c.relkind IN ('r', 'p', 'f'),
  'insertable', pg_relation_is_updatable(c.oid, true) & 8 = 8,
  'updatable', pg_relation_is_updatable(c.oid, true) & 20 = 20,
  'comment', obj_description(c.oid, 'pg_class'),
  'columns', (
    SELECT coalesce(json_agg(json_build_object(
      'name', a.attname, 'nullable', NOT a.attnotnull,
      'writable', a.attidentity <> 'a' AND a.attgenerated <> 's',
      'type_schema', tn.nspname, 'type', coalesce(e.typname, t.typname), 'array', e.oid IS NOT NULL,
      'comment', col_description(c.oid, a.attnum)
    ) ORDER BY a.attnum), '[]')
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
    JOIN pg_namespace tn ON tn.oid = coalesce(e.typnamespace, t.typnamespace)
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  'uniques', (
    SELECT coalesce(json_agg(json_build_object(
      'name', k.conname, 'primary', k.contype = 'p',
      'columns', (SELECT json_agg(a.attname ORDER BY o.place)
                  FROM unnest(k.conkey) WITH ORDINALITY AS o(attnum, place)
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = o.attnum)
    ) ORDER BY k.conname), '[]')
    FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u')),
  'foreign', (
    SELECT coalesce(json_agg(json_build_object(
      'schema', fn.nspname, 'name', f.relname,
      'columns', (SELECT json_agg(json_build_array(a.attname, b.attname) ORDER BY o.place)
                  FROM unnest(k.conkey, k.confkey) WITH ORDINALITY AS o(here, there, place)
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = o.here
                  JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = o.there)
    ) ORDER BY k.conname), '[]')
    FROM pg_constraint k
    JOIN pg_class f ON f.oid = k.confrelid
    JOIN pg_namespace fn ON fn.oid = f.relnamespace
    WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0)
)::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_%'";

#[derive(Deserialize)]
struct RelationRow {
    schema: String,
    name: String,
    is_table: bool,
    insertable: bool,
    updatable: bool,
    comment: Option<String>,
    columns: Vec<ColumnRow>,
    uniques: Vec<UniqueRow>,
    foreign: Vec<ForeignRow>,
}

#[derive(Deserialize)]
struct ColumnRow {
    name: String,
    nullable: bool,
    writable: bool,
    type_schema: String,
    r#type: String,
    array: bool,
    comment: Option<String>,
}

#[derive(Deserialize)]
struct UniqueRow {
    name: String,
    primary: bool,
    columns: Vec<String>,
}

#[derive(Deserialize)]
struct ForeignRow {
    schema: String,
    name: String,
    columns: Vec<(String, String)>,
}

/// Reads every table, view and function outside PostgreSQL's own schemas.
///
/// # Errors
/// What the database says when it cannot be asked.
pub async fn read(client: &impl GenericClient) -> Result<Catalogue, Fault> {
    let mut catalogue = Catalogue::default();
    for row in client.query(RELATIONS, &[]).await? {
        let text: &str = row.get(0);
        let row: RelationRow = serde_json::from_str(text)
            .map_err(|error| Fault::unexpected(format!("the catalogue reads badly: {error}")))?;
        let name = TableName::new(&row.schema, &row.name);
        catalogue.relations.insert(name, relation(row));
    }
    super::functions::read(client, &mut catalogue).await?;
    Ok(catalogue)
}

fn relation(row: RelationRow) -> Relation {
    let column = |column: ColumnRow| Column {
        name: column.name,
        ty: PgType { schema: column.type_schema, name: column.r#type, array: column.array },
        nullable: column.nullable,
        writable: column.writable,
        comment: column.comment,
    };
    Relation {
        is_table: row.is_table,
        insertable: row.insertable,
        updatable: row.updatable,
        comment: row.comment,
        columns: row.columns.into_iter().map(column).collect(),
        uniques: row
            .uniques
            .into_iter()
            .map(|key| Unique { name: key.name, primary: key.primary, columns: key.columns })
            .collect(),
        foreign: row
            .foreign
            .into_iter()
            .map(|key| ForeignKey {
                target: TableName::new(key.schema, key.name),
                columns: key.columns,
            })
            .collect(),
    }
}
