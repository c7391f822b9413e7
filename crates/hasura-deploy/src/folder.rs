//! The metadata directory of the Hasura CLI, version 3, as the JSON that the server takes.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::error::Error;

/// Inclusion is a quoted string that begins like this; the rest is relative to the file.
const INCLUDE: &str = "!include ";

/// Reads `metadata/` with every inclusion spliced in.
///
/// # Errors
///
/// A file that is missing, is no YAML, or a version other than 3.
pub fn metadata(directory: &Path) -> Result<Value, Error> {
    let version_file = directory.join("version.yaml");
    if read(&version_file)?.get("version") != Some(&json!(3)) {
        return Err(Error::Folder {
            path: version_file,
            problem: "only metadata of version 3 is understood".to_owned(),
        });
    }
    let mut whole = Map::new();
    whole.insert("version".to_owned(), json!(3));
    whole.insert("sources".to_owned(), read(&directory.join("databases/databases.yaml"))?);
    Ok(Value::Object(whole))
}

fn read(path: &Path) -> Result<Value, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let value: Value = yaml_serde::from_str(&text)
        .map_err(|source| Error::Yaml { path: path.to_owned(), source })?;
    let beside = path.parent().unwrap_or(Path::new(""));
    include(value, beside)
}

fn include(value: Value, beside: &Path) -> Result<Value, Error> {
    match value {
        Value::String(text) => match text.strip_prefix(INCLUDE) {
            Some(file) => read(&beside.join(file.trim())),
            None => Ok(Value::String(text)),
        },
        Value::Array(items) => items.into_iter().map(|item| include(item, beside)).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, value)| Ok((key, include(value, beside)?))).collect()
        }
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inclusions_are_relative_to_the_file_that_contains_them() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("version.yaml", "version: 3\n");
        write(
            "databases/databases.yaml",
            "- name: a\n  tables: \"!include a/tables/tables.yaml\"\n",
        );
        write("databases/a/tables/tables.yaml", "- \"!include one.yaml\"\n");
        write("databases/a/tables/one.yaml", "table: {schema: s, name: t}\n");
        assert_eq!(
            metadata(dir.path()).unwrap(),
            json!({"version": 3, "sources": [
                {"name": "a", "tables": [{"table": {"schema": "s", "name": "t"}}]}]})
        );
    }

    #[test]
    fn a_missing_inclusion_names_the_file() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("version.yaml"), "version: 3\n").unwrap();
        let error = metadata(dir.path()).unwrap_err().to_string();
        assert!(error.ends_with("databases/databases.yaml: cannot be read"), "{error}");
    }
}
