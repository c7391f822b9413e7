//! Set-ups on a PostgreSQL that has less than Hasura's own tests have.

use hasura_standin::json::Json;

/// What this machine's PostgreSQL has not is left out of set-ups: PostGIS columns and what is about
/// them, and the locale of money.
pub(crate) struct Cut {
    pub(crate) postgis: bool,
    /// What was left out.
    pub(crate) columns: Vec<String>,
}

impl Cut {
    pub(crate) fn sql(&mut self, sql: &str) -> String {
        let column =
            regex_lite::Regex::new(r"(?im)^\s*(\w+)\s+(?:geometry|geography|raster)\b.*$").unwrap();
        let comma = regex_lite::Regex::new(r",(\s*)\)\s*$").unwrap();
        let function = regex_lite::Regex::new(r"\bst_\w+\s*\(").unwrap();
        let mut kept = Vec::new();
        for statement in statements(sql) {
            let lower = statement.to_lowercase();
            if lower.contains("set lc_monetary") {
                continue;
            }
            if self.postgis {
                kept.push(statement);
                continue;
            }
            self.columns.extend(column.captures_iter(&statement).map(|found| found[1].to_owned()));
            let without = column.replace_all(&statement, "").into_owned();
            let without = comma.replace(&without, "$1)").into_owned();
            let lower = without.to_lowercase();
            if !function.is_match(&lower) && !lower.contains("postgis") {
                kept.push(without);
            }
        }
        kept.join(";\n")
    }

    /// Rows to insert, without what there is no column for.
    pub(crate) fn row(&self, value: &Json) -> Json {
        match value {
            Json::Object(entries) => Json::Object(
                entries
                    .iter()
                    .filter(|(key, _)| !self.columns.contains(key))
                    .map(|(key, value)| (key.clone(), self.row(value)))
                    .collect(),
            ),
            Json::List(items) => Json::List(items.iter().map(|item| self.row(item)).collect()),
            other => other.clone(),
        }
    }

    pub(crate) fn is_about(&self, operation: &Json) -> bool {
        let text = operation.to_string();
        self.columns.iter().any(|column| text.contains(column.as_str()))
    }
}

/// Splits at semicolons outside quotes and dollar quotes.
fn statements(sql: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let (mut quoted, mut dollar) = (false, false);
    let mut rest = sql;
    while let Some(one) = rest.chars().next() {
        if !quoted && rest.starts_with("$$") {
            dollar = !dollar;
            found.last_mut().unwrap().push_str("$$");
            rest = &rest[2..];
            continue;
        }
        rest = &rest[one.len_utf8()..];
        match one {
            '\'' if !dollar => quoted = !quoted,
            ';' if !quoted && !dollar => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        found.last_mut().unwrap().push(one);
    }
    found.retain(|statement| !statement.trim().is_empty());
    found
}
