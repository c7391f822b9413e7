//! Who asks, as a verified token says.

use std::fmt;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::permission::Permission;

const NAMESPACE: &str = "https://hasura.io/jwt/claims";
/// What `ivr_actor()` keeps of a name.
const LONGEST_USER: usize = 200;

/// Somebody of a tenant. Made from verified claims only.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) tenant: Uuid,
    /// The user's id in Keycloak; the audit's actor.
    pub(super) user: String,
    /// Of the elections that have a label, which they may see.
    pub(super) labels: Vec<String>,
    roles: Vec<String>,
}

impl Person {
    /// Reads the claims of a token that was verified; `None` when one is missing.
    pub(super) fn read(claims: &Map<String, Value>) -> Option<Self> {
        let claims = claims.get(NAMESPACE)?.as_object()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let user = text("x-hasura-user-id")?;
        let roles = claims.get("x-hasura-allowed-roles")?.as_array()?;
        let roles = roles.iter().map(|role| role.as_str().map(str::to_owned));
        let fits = !user.is_empty()
            && user.chars().count() <= LONGEST_USER
            && !user.chars().any(char::is_control);
        fits.then_some(())?;
        Some(Self {
            tenant: text("x-hasura-tenant-id")?.parse().ok()?,
            user: user.to_owned(),
            // Without the claim, or with one that cannot be read, elections with a label are hidden.
            labels: text("x-hasura-permission-labels").and_then(labels).unwrap_or_default(),
            roles: roles.collect::<Option<_>>()?,
        })
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| role == permission.role())
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// The items of an array as PostgreSQL writes it, `{a,"b c"}`: what Hasura makes of the claim.
fn labels(array: &str) -> Option<Vec<String>> {
    let mut rest = array.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let mut labels = Vec::new();
    while !rest.is_empty() {
        let (label, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let (label, after) = rest.split_at(end);
                let plain = !label.contains(['{', '}', '"', '\\']);
                plain.then(|| (label.trim().to_owned(), after))?
            }
        };
        labels.push(label);
        rest = match after.trim_start().strip_prefix(',') {
            // A comma has something after it.
            Some(more) if !more.trim().is_empty() => more.trim_start(),
            None if after.trim().is_empty() => "",
            _ => return None,
        };
    }
    Some(labels)
}

/// What is before the closing quotation mark, and what is after it.
fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut label = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => return Some((label, characters.as_str())),
            '\\' => label.push(characters.next()?),
            other => label.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::labels;

    #[test]
    fn labels_are_read_as_postgresql_reads_an_array() {
        for (array, read) in [
            ("{}", &[][..]),
            (" { } ", &[]),
            ("{north}", &["north"]),
            (r#"{"north","south"}"#, &["north", "south"]),
            (r#"{ north , "south" }"#, &["north", "south"]),
            // One label, not two: nobody gets another's by a comma in their own.
            (r#"{"north,south"}"#, &["north,south"]),
            (r#"{"a \"b\" \\ c"}"#, &[r#"a "b" \ c"#]),
            (r#"{"{north}"}"#, &["{north}"]),
            (r#"{""}"#, &[""]),
        ] {
            assert_eq!(labels(array).unwrap(), read, "{array}");
        }
    }

    #[test]
    fn what_is_no_array_has_no_labels() {
        for array in [
            "",
            "north",
            "north,south",
            "{north",
            "north}",
            r#"{"north}"#,
            r#"{"a"b}"#,
            r#"{a"b"}"#,
            "{a,}",
            "{{a},{b}}",
            r#"["north"]"#,
            r#"{"a\"#,
        ] {
            assert_eq!(labels(array), None, "{array}");
        }
    }
}
